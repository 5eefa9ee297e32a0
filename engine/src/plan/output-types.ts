import type { Environment } from "../catalogue/environment.ts";
import { readDocument } from "../document/document.ts";
import { Report } from "../document/report.ts";
import { buildGraph } from "./graph.ts";
import { sortGraph } from "./order.ts";
import { checkTypes, type Types } from "./type-check.ts";

/**
 * The type of every output of the workflow by node and port, as far as it is known: what an editor needs to tell which
 * sockets a link could go to. Nodes that are unknown or in a cycle are absent. Modes are not applied.
 */
export function outputTypes(workflow: unknown, environment: Environment<never>): ReadonlyMap<string, Types> {
  const { document } = readDocument(workflow);
  if (!document) return new Map();
  const report = new Report();
  const graph = buildGraph(document, environment, report);
  const order = sortGraph(graph, report);
  const types = checkTypes(order, graph, environment, report);
  return new Map(order.map(({ id, place }) => [id, types[place]!]));
}
