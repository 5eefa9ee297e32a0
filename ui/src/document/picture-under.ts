import type { Catalogue, WorkflowJson } from "@clipwork/engine";
import { type End, endOf } from "./edit.ts";

/**
 * The output whose picture a file that is painted belongs to, such as the picture that a mask is for: what is linked to an image input
 * of the node itself, else of a node that reads it. Undefined if there is none.
 */
export function pictureUnder(workflow: WorkflowJson, id: string, catalogue: Catalogue): End | undefined {
  const readers = Object.entries(workflow.nodes).flatMap(([reader, { inputs }]) =>
    Object.values(inputs ?? {}).some((link) => endOf(link)?.node === id) ? [reader] : [],
  );
  for (const node of [id, ...readers]) {
    if (!Object.hasOwn(workflow.nodes, node)) continue;
    const { type, inputs = {} } = workflow.nodes[node]!;
    const declared = Object.entries(catalogue.get(type)?.inputs ?? {});
    for (const [port, socket] of declared) {
      const from = socket.type.kind === "image" && Object.hasOwn(inputs, port) ? endOf(inputs[port]) : undefined;
      if (from && from.node !== id) return from;
    }
  }
  return undefined;
}
