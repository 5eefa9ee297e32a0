import { betweenRounds, writtenRounds } from "./loop.ts";
import type { Definition, Definitions } from "./read-definitions.ts";
import type { Address, DocumentNode } from "./read-node.ts";
import type { Report } from "./report.ts";
import { show, suggest } from "./wording.ts";
import { definitionOf, loopOf } from "./workflow-json.ts";

/** How much an instance brings when it is unpacked. */
type Size = {
  /** Nodes and instances inside, the instance itself counted too. */
  readonly nodes: number;
  /** Parameters, links and exposed names inside: what unpacking takes time for. */
  readonly entries: number;
  /** How many definitions lie within one another, from 1. */
  readonly depth: number;
};

/** What instances may bring, found out before any of them is unpacked. */
export type Sizes = {
  /** The definition that the node is an instance of, if it can be unpacked. */
  definition(node: DocumentNode): Definition | undefined;
  /** What the nodes bring when all instances among them are unpacked. */
  of(nodes: Iterable<DocumentNode>): Omit<Size, "depth">;
  /** What a definition brings itself, without what instances in it bring: each time it is unpacked, or with each round of a loop. */
  own(definition: Definition, isLoop: boolean): Omit<Size, "depth">;
  /** How many parameters a name of a definition stands for when all within it are unpacked. */
  reach(definition: Definition, name: string): number;
};

/** How many definitions may lie within one another. */
export const deepestNesting = 8;

/**
 * Measures definitions, each once. Those in a circle, those that lie too deep and those that contain one of them are reported by title and
 * cannot be unpacked. That is an error for those that an instance among `nodes` leads to, and else a warning.
 */
export function measureDefinitions(
  definitions: Definitions,
  nodes: ReadonlyMap<string, DocumentNode>,
  report: Report,
): Sizes {
  const used = usedBy(nodes, definitions);
  const severity = ({ id }: Definition) => (used.has(id) ? "error" : "warning");
  const sizes = new Map<string, Size | undefined>();
  const ownEntries = new Map<string, number>();
  const reached = new Map<string, number>();
  const definition = ({ type }: DocumentNode) => {
    const id = definitionOf(type);
    const found = id === undefined ? undefined : definitions.get(id);
    return found && sizes.get(found.id) ? found : undefined;
  };

  const weight = ({ params, inputs }: DocumentNode) => Object.keys(params).length + inputs.length;

  function own(one: Definition, isLoop: boolean): Omit<Size, "depth"> {
    const between = isLoop ? betweenRounds(one) : { nodes: 0, entries: 0 };
    const entries =
      ownEntries.get(one.id) ?? [...one.nodes.values()].reduce((sum, node) => sum + weight(node), namesOf(one));
    ownEntries.set(one.id, entries);
    return { nodes: one.nodes.size + between.nodes, entries: entries + between.entries };
  }

  function of(nodes: Iterable<DocumentNode>): Size {
    let [count, entries, depth] = [0, 0, 0];
    for (const node of nodes) {
      const inner = definition(node);
      const size = inner && sizes.get(inner.id);
      const rounds = writtenRounds(node);
      const between = inner && loopOf(node.type) ? betweenRounds(inner) : undefined;
      count += 1 + ((size?.nodes ?? 0) + (between?.nodes ?? 0)) * rounds;
      entries += weight(node) + ((size?.entries ?? 0) + (between?.entries ?? 0)) * rounds;
      depth = Math.max(depth, size?.depth ?? 0);
    }
    return { nodes: count, entries, depth: depth + 1 };
  }

  // There are 1,000 definitions at most, so this may go from one to the next.
  const path: Definition[] = [];
  function visit(one: Definition): void {
    if (sizes.has(one.id)) return;
    const before = path.indexOf(one);
    if (before >= 0) {
      report[severity(one)](
        "definition-cycle",
        {},
        `The subgraphs contain one another: ${titles([...path.slice(before), one])}.`,
        `Remove one of these, such as the instance of ${show(one.title)} in ${show(path.at(-1)!.title)}.`,
      );
      return;
    }
    path.push(one);
    const within = definitionsAmong(one.nodes, definitions);
    for (const inner of within) visit(inner);
    path.pop();
    const usable = [...within].every(({ id }) => sizes.get(id) !== undefined);
    const size = usable ? of(one.nodes.values()) : undefined;
    if (size && size.depth > deepestNesting)
      report[severity(one)](
        "nested-too-deep",
        {},
        `The subgraph ${show(one.title)} has subgraphs within each other to a depth of ${size.depth}; at most ${deepestNesting} are allowed.`,
        "Unpack one of the inner ones.",
      );
    sizes.set(
      one.id,
      size && size.depth <= deepestNesting ? { ...size, entries: size.entries + namesOf(one) } : undefined,
    );
  }
  for (const one of definitions.values()) visit(one);

  function reach(one: Definition, name: string): number {
    const key = `${one.id}.${name}`;
    const known = reached.get(key);
    if (known !== undefined) return known;
    const inner = ({ node, port }: Address) => {
      const instance = one.nodes.get(node);
      const of = instance && definition(instance);
      return of ? reach(of, port) * writtenRounds(instance) : 1;
    };
    const count = (one.exposed.get(name) ?? []).reduce((sum, address) => sum + inner(address), 0);
    reached.set(key, count);
    return count;
  }

  return { definition, of, own, reach };
}

/** How many ports and exposed parameters a definition has. */
function namesOf({ inputs, outputs, exposed }: Definition): number {
  return [...exposed.values()].reduce((sum, { length }) => sum + length, inputs.size + outputs.size);
}

/** The definitions that have an instance among the nodes. */
function definitionsAmong(nodes: ReadonlyMap<string, DocumentNode>, definitions: Definitions): Set<Definition> {
  return new Set([...nodes.values()].flatMap(({ type }) => definitions.get(definitionOf(type) ?? "") ?? []));
}

/** The ids of the definitions that the nodes are instances of, and of all within those. */
function usedBy(nodes: ReadonlyMap<string, DocumentNode>, definitions: Definitions): ReadonlySet<string> {
  const found = definitionsAmong(nodes, definitions);
  // What is added to a set while it is gone through is gone through too.
  for (const { nodes } of found) for (const inner of definitionsAmong(nodes, definitions)) found.add(inner);
  return new Set([...found].map(({ id }) => id));
}

function titles(path: readonly Definition[]): string {
  const written = path.map(({ title }) => show(title));
  if (written.length <= 20) return written.join(" → ");
  return [...written.slice(0, 10), `(${written.length - 20} more)`, ...written.slice(-10)].join(" → ");
}

/** Says that a node is an instance of a subgraph that there is not. */
export function reportUnknownDefinition(id: string, type: string, definitions: Definitions, report: Report): void {
  const wanted = definitionOf(type)!;
  report.error(
    "unknown-definition",
    { node: id },
    `Node "${id}" is an instance of the subgraph ${show(wanted)}, which the workflow does not define.`,
    () => suggest(wanted, definitions.keys(), "subgraph"),
  );
}
