import { type AnyCatalogue, definitionIn, readCardLook, type WorkflowJson } from "@clipwork/engine";

/** What the types of nodes are called: a catalogue, or what has them otherwise. */
export type TypeTitles = { get(type: string): { readonly title: string } | undefined };

/**
 * What people read for each node of a workflow: the title that its card was given in the layout, else that of its type, with a number from
 * the second of the same title on. A type that is not in the catalogue has its own name for a title.
 */
export function nodeNames(
  nodes: WorkflowJson["nodes"],
  catalogue: TypeTitles,
  layout: WorkflowJson["layout"] = {},
): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    Object.entries(nodes).map(([id, { type }]) => {
      const title = readCardLook(layout[id], id).title ?? catalogue.get(type)?.title ?? type;
      const count = (counts.get(title) ?? 0) + 1;
      counts.set(title, count);
      return [id, count === 1 ? title : `${title} ${count}`];
    }),
  );
}

/** The name of a node inside subgraphs, by its id in the graph that runs: "Enlarge › Upsampler"; undefined if there is none. */
export function nameAlong(whole: WorkflowJson, id: string, catalogue: AnyCatalogue): string | undefined {
  const names: string[] = [];
  let level: Pick<WorkflowJson, "nodes" | "layout"> | undefined = whole;
  for (const part of id.split("/")) {
    if (/^\d+$/.test(part)) {
      names.push(`round ${part}`);
      continue;
    }
    const name: string | undefined = level && nodeNames(level.nodes, catalogue, level.layout).get(part);
    if (level === undefined || name === undefined) return undefined;
    names.push(name);
    level = definitionIn(whole, level.nodes[part]!.type);
  }
  return names.join(" › ");
}

/** The names of all nodes of a workflow, inside its subgraphs too, by their ids in the graph that runs. */
export function namesAlong(whole: WorkflowJson, catalogue: AnyCatalogue): Names {
  return { get: (id) => nameAlong(whole, id, catalogue) };
}

/** Names by id, of whatever they are kept in. */
export type Names = { get(id: string): string | undefined };

/** An identifier in quotes, alone or with a port, or two words with a dot between them: a node type. */
const identifiers = /"([a-z][a-z0-9_/-]*)(?:\.([A-Za-z][\w-]*))?"|\b([a-z][a-z0-9]*\.[a-z][a-z0-9-]*)\b/g;

/** A sentence of the engine, which names nodes and types by their ids, as people read it: with titles. */
export function inTitles(text: string, names: Names, catalogue: AnyCatalogue): string {
  return text.replaceAll(identifiers, (whole, node?: string, port?: string, type?: string) => {
    if (type !== undefined) return quoted(catalogue.get(type)?.title) ?? whole;
    const name = names.get(node!);
    return quoted(name === undefined || port === undefined ? name : `${name}: ${port}`) ?? whole;
  });
}

/** The sentence of a failure, which begins with the id of its node, as people read it. */
export function sentenceInTitles(text: string, names: Names, catalogue: AnyCatalogue): string {
  const [whole, id, rest] = /^([a-z][a-z0-9_/-]*): (.*)$/s.exec(text) ?? [];
  const name = id === undefined ? undefined : names.get(id);
  return whole === undefined || name === undefined
    ? inTitles(text, names, catalogue)
    : `${name}: ${inTitles(rest!, names, catalogue)}`;
}

function quoted(text: string | undefined): string | undefined {
  return text && `“${text}”`;
}
