import { type Problem, readDocument, validate, type WorkflowJson } from "@clipwork/engine";
import { environmentFor, type Known } from "../document/environment.ts";
import type { Offer } from "./offer.ts";
import { createStore, type Readable } from "./store.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** What is wrong with the document: as a whole, and by node. */
export type Problems = {
  readonly all: readonly Problem[];
  readonly byNode: ReadonlyMap<string, readonly Problem[]>;
};

/** Checks the document whenever something that is computed has changed; moving a node checks nothing. */
export function createProblems(workflow: OpenWorkflow, offer: Offer): Readable<Problems> {
  const { get, set, listen } = createStore<Problems>({ all: [], byNode: new Map() });
  let checked: readonly unknown[] = [];
  const check = () => {
    const present = workflow.present();
    const inputs = [present.nodes, present.exposed, offer.get()];
    if (inputs.every((input, i) => input === checked[i])) return;
    checked = inputs;
    const known = offer.get();
    const all = known.catalogue.size === 0 || isEmpty(present) ? [] : problemsOf(present, known);
    set({ all, byNode: grouped(all, get().byNode) });
  };
  workflow.listen(check);
  offer.listen(check);
  return { get, listen };
}

/** A document to begin with: nothing is wrong with it yet. */
function isEmpty({ nodes }: WorkflowJson): boolean {
  return Object.keys(nodes).length === 0;
}

function problemsOf(workflow: WorkflowJson, known: Known): readonly Problem[] {
  const { document, problems } = readDocument(workflow);
  return document ? validate(document, environmentFor(document, known)).problems : problems;
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
