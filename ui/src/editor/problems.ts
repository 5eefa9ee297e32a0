import { type Problem, readDocument, type Validation, validate, type WorkflowJson } from "@clipwork/engine";
import { endOf } from "../document/edit.ts";
import { environmentFor, type Known } from "../document/environment.ts";
import type { Offer } from "./offer.ts";
import { createStore, type Readable } from "./store.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** What is wrong with the document: as a whole, and by node. */
export type Problems = {
  readonly all: readonly Problem[];
  readonly byNode: ReadonlyMap<string, readonly Problem[]>;
  /** How large the picture of a node will be, in pixels a side; undefined if its kind has no size or the size is not known before a run. */
  sideOf(node: string): number | undefined;
};

/** Checks the document whenever something that is computed has changed; moving a node checks nothing. */
export function createProblems(workflow: OpenWorkflow, offer: Offer): Readable<Problems> {
  const { get, set, listen } = createStore<Problems>({ all: [], byNode: new Map(), sideOf: () => undefined });
  let checked: readonly unknown[] = [];
  const renew = () => {
    const present = workflow.present();
    const inputs = [present.nodes, present.exposed, offer.get()];
    if (inputs.every((input, i) => input === checked[i])) return;
    checked = inputs;
    const known = offer.get();
    const { problems, types } = known.catalogue.size === 0 ? unchecked : check(present, known);
    const all = isEmpty(present) ? [] : problems;
    set({ all, byNode: grouped(all, get().byNode), sideOf: sideFinder(present, types) });
  };
  workflow.listen(renew);
  offer.listen(renew);
  return { get, listen };
}

/** A document to begin with: nothing is wrong with it yet. */
function isEmpty({ nodes }: WorkflowJson): boolean {
  return Object.keys(nodes).length === 0;
}

type Checked = Pick<Validation, "problems" | "types">;

const unchecked: Checked = { problems: [], types: () => new Map() };

function check(workflow: WorkflowJson, known: Known): Checked {
  const { document, problems } = readDocument(workflow);
  return document ? validate(document, environmentFor(document, known)) : { ...unchecked, problems };
}

/** Types are worked out when a card first asks for them. */
function sideFinder({ nodes }: WorkflowJson, types: Checked["types"]): Problems["sideOf"] {
  let known: ReturnType<typeof types> | undefined;
  return (id) => {
    known ??= types();
    const own = Object.values(known.get(id) ?? {});
    const linked = Object.values(nodes[id]?.inputs ?? {}).flatMap((link) => {
      const end = endOf(link);
      return (end && known?.get(end.node)?.[end.port]) ?? [];
    });
    // A sink has no output: what is linked to it is what it shows.
    const side = (own.length > 0 ? own : linked).find(({ kind }) => kind === "image")?.refine?.side;
    return typeof side === "number" ? side : undefined;
  };
}

/** The problems by node. A node whose problems are unchanged keeps the same list, so that it is not redrawn. */
function grouped(all: readonly Problem[], before: Problems["byNode"]): Problems["byNode"] {
  const byNode = new Map<string, readonly Problem[]>();
  for (const problem of all)
    if (problem.node !== undefined) byNode.set(problem.node, [...(byNode.get(problem.node) ?? []), problem]);
  for (const [id, list] of byNode) {
    const known = before.get(id);
    if (known && JSON.stringify(known) === JSON.stringify(list)) byNode.set(id, known);
  }
  return byNode;
}
