import { type AnyCatalogue, flatWorkflow, paramOf, readDocument, type WorkflowJson } from "@clipwork/engine";
import type { ForecastReply } from "@clipwork/server/wire";
import { endOf } from "./edit.ts";
import { inFlowOrder } from "./flow-order.ts";

/** What would be run by itself, and how many nodes wait for Run. */
export type Cheap = { readonly nodes: readonly string[]; readonly dear: number };

/** What an item takes of a node that needs no model and never ran, in milliseconds. */
const guessMs = 20;

/**
 * The nodes that a run would compute and that are cheap: together they take no more than the budget, in milliseconds, judged by a forecast;
 * their models are loaded; and all that they need is kept or cheap as well. Nodes inside subgraphs have the ids of the flat graph.
 */
export function cheapNodes(
  workflow: WorkflowJson,
  { nodes, kinds }: Pick<ForecastReply, "nodes" | "kinds">,
  catalogue: AnyCatalogue,
  budget: number,
): Cheap {
  const { document } = readDocument(workflow);
  if (!document) return { nodes: [], dear: 0 };
  const flat = flatWorkflow(document);
  const foreseen = new Map(nodes.map((one) => [one.node, one]));
  const needsModel = (type: string) => {
    const definition = catalogue.get(type);
    if (!definition) return true;
    return Object.keys(definition.params).some((name) => paramOf(definition, name).kind === "pack");
  };
  const chosen: string[] = [];
  const held = new Set<string>();
  let left = budget;
  let dear = 0;
  for (const id of inFlowOrder(flat)) {
    const { type, inputs = {} } = flat.nodes[id]!;
    const one = foreseen.get(id);
    const waits = Object.values(inputs).some((link) => held.has(endOf(link)?.node ?? ""));
    const runs = one?.state === "would run" || one?.state === "unknown";
    if (!runs) {
      // One that computes nothing passes on what it is given.
      if (waits && one === undefined) held.add(id);
      continue;
    }
    const ms = timeOf(one, kinds, needsModel(type));
    if (!waits && one.state === "would run" && ms <= left) {
      chosen.push(id);
      left -= ms;
    } else {
      held.add(id);
      dear++;
    }
  }
  return { nodes: chosen, dear };
}

/** Milliseconds that a node is expected to take; infinity if a model has to be loaded for it, or nobody knows. */
function timeOf(
  { kind, items = 1 }: ForecastReply["nodes"][number],
  kinds: ForecastReply["kinds"],
  needsModel: boolean,
): number {
  const known = kind !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (needsModel && !known?.warm) return Number.POSITIVE_INFINITY;
  return (known?.ms ?? guessMs) * items;
}
