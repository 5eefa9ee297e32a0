import { definitionOf, type WorkflowJson } from "@clipwork/engine";
import { definitionsAround, withLevel } from "../document/levels.ts";
import type { Messages } from "./messages.ts";
import type { OpenWorkflow } from "./workflow.ts";

/**
 * Whether nodes of these types, put into what is open, would have a subgraph contain itself; says so if they would. `level` is what is open, with
 * the definitions that they bring.
 */
export function wouldNest(
  types: readonly string[],
  level: WorkflowJson,
  workflow: Pick<OpenWorkflow, "get" | "whole">,
  messages: Messages,
): boolean {
  const { path } = workflow.get();
  const around = definitionsAround(withLevel(workflow.whole(), path, level), path);
  if (!types.some((type) => around.has(definitionOf(type) ?? ""))) return false;
  messages.say("A subgraph cannot contain itself.", { tone: "error", more: "Insert it outside.", about: "subgraph" });
  return true;
}
