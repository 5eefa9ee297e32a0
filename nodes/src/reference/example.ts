import { fits, type NodeTypeJson, resolveType, type SocketJson, type SocketType } from "@clipwork/engine";

/** A node as it stands in a workflow, under an id made of its type, linked to others of the catalogue made the same way. */
export type Example = {
  readonly id: string;
  readonly node: { type: string; version: number; inputs?: Record<string, string>; params?: Record<string, unknown> };
};

/** The least that the node needs: its required inputs linked, its seed and its file given. */
export function exampleOf(type: NodeTypeJson, all: readonly NodeTypeJson[]): Example {
  const needed = Object.entries(type.inputs).filter(([, { optional }]) => !optional);
  const others = all.filter((other) => other.type !== type.type);
  const idOf = exampleIds(all);
  const inputs = needed.map(([port, socket]) => [port, sourceOf(socket, others, idOf)] as const);
  const params = Object.entries(type.params).flatMap(([name, param]): [string, unknown][] => {
    if (param.kind === "seed") return [[name, 7]];
    if (param.kind !== "file") return [];
    if (param.folder) return [[name, "pictures"]];
    return [[name, param.array ? "embeddings.npy" : "picture.png"]];
  });
  return {
    id: idOf(type),
    node: {
      type: type.type,
      version: type.version,
      ...(inputs.length > 0 && { inputs: Object.fromEntries(inputs) }),
      ...(params.length > 0 && { params: Object.fromEntries(params) }),
    },
  };
}

/**
 * The output that is easiest to have: of the node with the fewest inputs. Only where nothing else fits is it one that a pack gives by
 * itself, such as "no image embedding", or one that makes a list: for an input that takes one, or else for each of its items. Where there is
 * none, a name to be replaced.
 */
function sourceOf(
  { type: needs, list: takesList }: SocketJson,
  all: readonly NodeTypeJson[],
  idOf: (type: NodeTypeJson) => string,
): string {
  const sources = all.flatMap((node) =>
    Object.entries(node.outputs)
      .filter(([, { type }]) => type.kind !== "variable" && fits(open(type), open(needs)))
      .map(([port, { list }]) => ({
        address: `${idOf(node)}.${port}`,
        inputs: Object.keys(node.inputs).length,
        last: (list ? (takesList ? 1 : 3) : 0) + Number(isGiven(node)),
      })),
  );
  const [first] = sources.sort((a, b) => a.last - b.last || a.inputs - b.inputs);
  return first?.address ?? "node.output";
}

/** Whether nothing but the pack decides what the node gives. */
function isGiven({ inputs, params }: NodeTypeJson): boolean {
  return Object.keys(inputs).length === 0 && Object.values(params).every(({ kind }) => kind === "pack");
}

/** The type in any pack: which facts two packs share is not known here. */
const open = (type: SocketType) => resolveType(type, {});

/** The second part of a type, both parts if two types share it; an output saves what is called so. */
function exampleIds(all: readonly NodeTypeJson[]): (type: NodeTypeJson) => string {
  const nameOf = ({ type, sink }: NodeTypeJson) => `${sink ? "save-" : ""}${type.slice(type.indexOf(".") + 1)}`;
  const names = all.map(nameOf);
  return (type) => {
    const name = nameOf(type);
    return names.filter((other) => other === name).length > 1 ? type.type.replace(".", "-") : name;
  };
}
