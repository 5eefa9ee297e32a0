import type { AnyCatalogue, WorkflowJson } from "@clipwork/engine";
import { addNode, connect, type End, newId, type Place } from "./edit.ts";
import { linksOf } from "./links.ts";

/** The type of node that only passes a value on; the canvas draws it as a dot. */
export const rerouteType = "util.reroute";

/** A workflow with a reroute in it: its id, and its output. */
export type Rerouted = { readonly workflow: WorkflowJson; readonly id: string; readonly output: End };

/** The workflow with a reroute in the link, whose id is its input's address. Undefined if there is no such link, or the server has no reroutes. */
export function withReroute(
  workflow: WorkflowJson,
  catalogue: AnyCatalogue,
  link: string,
  place: Place,
): Rerouted | undefined {
  const old = linksOf(workflow).find(({ id }) => id === link);
  const definition = catalogue.get(rerouteType);
  const [input] = Object.keys(definition?.inputs ?? {});
  const [port] = Object.keys(definition?.outputs ?? {});
  if (!old || !definition || input === undefined || port === undefined) return undefined;
  const id = newId(rerouteType, workflow.nodes);
  const output = { node: id, port };
  const added = addNode(workflow, id, { type: rerouteType, version: definition.version }, place);
  return { workflow: connect(connect(added, old.from, { node: id, port: input }), output, old.to), id, output };
}
