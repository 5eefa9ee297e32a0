import type { Problem, WorkflowJson } from "@clipwork/engine";
import { type Checked, checkOnce } from "../document/checked.ts";
import { endOf } from "../document/edit.ts";
import { cardOf } from "../document/loops.ts";
import type { Offer } from "./offer.ts";
import { createStore, type Readable } from "./store.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** Pixels of a picture. */
export type Size = { readonly width: number; readonly height: number };

/** What is wrong with the document: as a whole, and by the nodes on the canvas. */
export type Problems = {
  readonly all: readonly Problem[];
  /** What is wrong inside an instance is at its card too. */
  readonly byNode: ReadonlyMap<string, readonly Problem[]>;
  /** How large the picture of a node will be, in pixels; undefined if its kind has no size or the size is not known before a run. */
  sizeOf(node: string): Size | undefined;
};

/** Checks the document whenever something that is computed has changed; moving a node checks nothing. */
export function createProblems(workflow: OpenWorkflow, offer: Offer): Readable<Problems> {
  const { get, set, listen } = createStore<Problems>({ all: [], byNode: new Map(), sizeOf: () => undefined });
  let checked: readonly unknown[] = [];
  const renew = () => {
    const { whole, prefix, history } = workflow.get();
    const known = offer.get();
    const inputs = [whole.nodes, whole.exposed, whole.definitions, known.packs, known.catalogue, prefix];
    if (inputs.every((input, i) => input === checked[i])) return;
    checked = inputs;
    const { problems, types } = known.catalogue.size === 0 ? unchecked : checkOnce(whole, known);
    const all = isEmpty(whole) ? [] : problems;
    const byNode = grouped(all, prefix, get().byNode);
    set({ all, byNode, sizeOf: sizeFinder(history.present, prefix, types) });
  };
  workflow.listen(renew);
  offer.listen(renew);
  return { get, listen };
}

/** A document to begin with: nothing is wrong with it yet. */
function isEmpty({ nodes }: WorkflowJson): boolean {
  return Object.keys(nodes).length === 0;
}

const unchecked: Checked = { problems: [], types: () => new Map() };

/** Types are worked out when a card first asks for them. */
function sizeFinder({ nodes }: WorkflowJson, prefix: string, types: Checked["types"]): Problems["sizeOf"] {
  let known: ReturnType<typeof types> | undefined;
  return (id) => {
    known ??= types();
    const own = Object.values(known.get(prefix + id) ?? {});
    const linked = Object.values(nodes[id]?.inputs ?? {}).flatMap((link) => {
      const end = endOf(link);
      return (end && known?.get(prefix + end.node)?.[end.port]) ?? [];
    });
    // A sink has no output: what is linked to it is what it shows.
    const { width, height } = (own.length > 0 ? own : linked).find(({ kind }) => kind === "image")?.refine ?? {};
    return typeof width === "number" && typeof height === "number" ? { width, height } : undefined;
  };
}

/** The problems by node. A node whose problems are unchanged keeps the same list, so that it is not redrawn. */
function grouped(all: readonly Problem[], prefix: string, earlier: Problems["byNode"]): Problems["byNode"] {
  const byNode = new Map<string, readonly Problem[]>();
  for (const problem of all) {
    // What is wrong in any round of a loop is wrong in the card inside.
    const [at, before] = [cardOf(problem.node ?? ""), cardOf(prefix)];
    if (problem.node === undefined || !at.startsWith(before)) continue;
    const inside = at.slice(before.length);
    const [card = inside] = inside.split("/");
    const { port: _, ...atCard } = problem;
    byNode.set(card, [...(byNode.get(card) ?? []), card === inside ? problem : atCard]);
  }
  for (const [id, list] of byNode) {
    const known = earlier.get(id);
    if (known && JSON.stringify(known) === JSON.stringify(list)) byNode.set(id, known);
  }
  return byNode;
}
