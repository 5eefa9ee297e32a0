import type { Catalogue, NodeJson, WorkflowJson } from "@clipwork/engine";
import { addNode, endOf, newId, type Place, placeOf } from "./edit.ts";

/** The nodes that make a picture of what was decoded. By their exact types: a node pack must not take the map over. */
export const decoderType = "decoder.sample";
export const saveType = "output.image";

/** A picture is to be there within a second, so it is drawn in few steps. */
const quick = { steps: 8, sampler: "ddim" };
/** Canvas units from a node to the next. */
export const column = 300;

/** The output, as "node.port", that a map shown at a node comes from: its own, or the one that is linked to an output node. */
export function mapSource(workflow: WorkflowJson, id: string, catalogue: Catalogue): string | undefined {
  const node = nodeOf(workflow, id);
  const own = node && portOfKind(catalogue, node, "map");
  if (own !== undefined) return `${id}.${own}`;
  for (const link of Object.values(node?.inputs ?? {})) {
    const from = endOf(link);
    const source = from && nodeOf(workflow, from.node);
    if (source && portOfKind(catalogue, source, "map") === from.port) return String(link);
  }
  return undefined;
}

/** The nearest node downstream that makes an image. */
export function decoderOf(workflow: WorkflowJson, from: string, catalogue: Catalogue): string | undefined {
  const seen = new Set([from]);
  let open = [from];
  while (open.length > 0) {
    const next = open.flatMap((id) => readersOf(workflow, id)).filter((id) => !seen.has(id));
    for (const id of next) seen.add(id);
    const decoder = next.find((id) => portOfKind(catalogue, workflow.nodes[id]!, "image") !== undefined);
    if (decoder !== undefined) return decoder;
    open = next;
  }
  return undefined;
}

/** What has to run for a picture to be seen and kept: the outputs that are linked to its decoder, else the decoder itself. */
export function targetsFor(workflow: WorkflowJson, decoder: string, catalogue: Catalogue): readonly string[] {
  const sinks = readersOf(workflow, decoder).filter((id) => {
    const { type, mode } = workflow.nodes[id]!;
    const definition = catalogue.get(type);
    return mode === undefined && definition !== undefined && definition.run === undefined;
  });
  return sinks.length > 0 ? sinks : [decoder];
}

/** A workflow that grows, and the output of the node that was added last, as "node.port". */
export type Grown = { readonly workflow: WorkflowJson; readonly output: string };

/** The workflow with a node of a type that the catalogue has. */
export function addLinked(
  workflow: WorkflowJson,
  catalogue: Catalogue,
  type: string,
  { inputs = {}, params = {}, at }: Pick<NodeJson, "inputs" | "params"> & { readonly at: Place },
): Grown {
  const { version, outputs } = catalogue.get(type)!;
  const id = newId(type, workflow.nodes);
  const node = { type, version, inputs, params };
  return { workflow: addNode(workflow, id, node, at), output: `${id}.${Object.keys(outputs)[0] ?? ""}` };
}

/** The workflow with a decoder of an embedding of the map, and an output of its picture called `name`. */
export function addDecoder({ workflow, output }: Grown, map: string, catalogue: Catalogue, name: string): WorkflowJson {
  const { x, y } = placeOf(workflow, endOf(output)!.node);
  const pack = packOf(workflow, endOf(map)!.node, catalogue);
  const decoder = addLinked(workflow, catalogue, decoderType, {
    inputs: { image: output },
    params: { ...quick, ...(pack === undefined ? {} : { pack }) },
    at: { x: x + column, y },
  });
  const inputs = { image: decoder.output };
  const at = { x: x + 2 * column, y };
  return addLinked(decoder.workflow, catalogue, saveType, { inputs, params: { name }, at }).workflow;
}

/** A node that the document has; names such as "constructor" are none. */
export function nodeOf(workflow: WorkflowJson, id: string): NodeJson | undefined {
  return Object.hasOwn(workflow.nodes, id) ? workflow.nodes[id] : undefined;
}

/** The model pack that the nearest node upstream names, the node itself included. */
function packOf(workflow: WorkflowJson, id: string, catalogue: Catalogue): string | undefined {
  const seen = new Set([id]);
  let open = [id];
  while (open.length > 0) {
    const nodes = open.flatMap((near) => nodeOf(workflow, near) ?? []);
    for (const { type, params } of nodes) {
      const pack = Object.entries(catalogue.get(type)?.params ?? {}).find(([, { kind }]) => kind === "pack");
      const value = pack && (params?.[pack[0]] ?? pack[1].default);
      if (typeof value === "string") return value;
    }
    const sources = nodes.flatMap(({ inputs }) =>
      Object.values(inputs ?? {}).flatMap((link) => endOf(link)?.node ?? []),
    );
    open = [...new Set(sources)].filter((near) => !seen.has(near));
    for (const near of open) seen.add(near);
  }
  return undefined;
}

/** The nodes that one of the node's outputs is linked to. */
function readersOf(workflow: WorkflowJson, id: string): string[] {
  return Object.entries(workflow.nodes).flatMap(([reader, { inputs }]) =>
    Object.values(inputs ?? {}).some((source) => endOf(source)?.node === id) ? [reader] : [],
  );
}

/** The node's first output of a kind. */
function portOfKind(catalogue: Catalogue, { type }: NodeJson, kind: string): string | undefined {
  const outputs = Object.entries(catalogue.get(type)?.outputs ?? {});
  return outputs.find(([, socket]) => socket.type.kind === kind)?.[0];
}
