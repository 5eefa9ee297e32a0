import {
  type AnyCatalogue,
  type AnyNodeDefinition,
  applySettings,
  type Document,
  flatWorkflow,
  type NodeJson,
  paramOf,
  readDocument,
  type WorkflowJson,
} from "@clipwork/engine";
import { endOf } from "./edit.ts";

/** Steps of a sampler while one edits: the first drawing's, which are those of the decoder in the workflow `text-to-image-quick`, and the bounds of later ones. */
export const fewSteps = { first: 4, least: 2, most: 20 } as const;

/** The nodes that one is made from, itself included. */
export function upstreamOf({ nodes }: WorkflowJson, id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next) || !Object.hasOwn(nodes, next)) continue;
    found.add(next);
    for (const link of Object.values(nodes[next]!.inputs ?? {})) {
      const end = endOf(link);
      if (end) open.push(end.node);
    }
  }
  return found;
}

/**
 * The workflow with at most so many steps in each sampler that the node is made from, those inside subgraphs included. One whose steps a
 * link decides keeps them.
 */
export function inFewSteps(workflow: WorkflowJson, id: string, steps: number, catalogue: AnyCatalogue): WorkflowJson {
  const { document: read } = readDocument(workflow);
  if (!read) return workflow;
  const flat = flatWorkflow(read);
  const nodes: { [id: string]: NodeJson } = { ...workflow.nodes };
  const inside: string[] = [];
  for (const one of new Set(standsFor(flat, id).flatMap((root) => [...upstreamOf(flat, root)]))) {
    const { type, params, inputs = {} } = flat.nodes[one]!;
    if (!isSampler(catalogue.get(type)) || Object.hasOwn(inputs, "steps")) continue;
    const own = params?.steps;
    if (typeof own === "number" && own <= steps) continue;
    const node = Object.hasOwn(nodes, one) ? nodes[one] : undefined;
    if (node) nodes[one] = { ...node, params: { ...node.params, steps } };
    else inside.push(one);
  }
  const changed = { ...workflow, nodes };
  if (inside.length === 0) return changed;
  return inside.reduce((now, sampler) => withSteps(now, sampler, steps, catalogue), readDocument(changed).document!)
    .json;
}

/** The document with so many steps in a sampler inside a subgraph: set alone, or else by the name under which a subgraph exposes it along with others. */
function withSteps(document: Document, sampler: string, steps: number, catalogue: AnyCatalogue): Document {
  for (const setting of settingsOf(document, sampler)) {
    const { document: changed, problems } = applySettings(document, { [setting]: steps }, catalogue);
    if (problems.length === 0) return changed;
  }
  return document;
}

function settingsOf({ instances, json }: Document, sampler: string): readonly string[] {
  const settings = [`${sampler}.steps`];
  for (const [id, { definition, parameter }] of instances) {
    if (!sampler.startsWith(`${id}/`)) continue;
    for (const name of Object.keys(json.definitions?.[definition]?.exposed ?? {}))
      if (parameter(name)?.some(({ node, port }) => node === sampler && port === "steps"))
        settings.push(`${id}.${name}`);
  }
  return settings;
}

/** The node itself; of an instance, the nodes inside. */
function standsFor({ nodes }: WorkflowJson, id: string): readonly string[] {
  return Object.hasOwn(nodes, id) ? [id] : Object.keys(nodes).filter((inner) => inner.startsWith(`${id}/`));
}

/** The picture that is drawn while one edits: the selected one, else the first that a sampler paints; undefined if there is none. */
export function pictureToDraw(
  workflow: WorkflowJson,
  selection: ReadonlySet<string>,
  catalogue: AnyCatalogue,
): string | undefined {
  const { nodes } = workflow;
  const [only, ...more] = selection;
  const paints = (id: string) => {
    const definition = Object.hasOwn(nodes, id) ? catalogue.get(nodes[id]!.type) : undefined;
    return Object.values(definition?.outputs ?? {}).some(({ type }) => type.kind === "image");
  };
  if (only !== undefined && more.length === 0 && paints(only)) return only;
  const painted = Object.keys(nodes).filter(paints);
  const { document } = readDocument(workflow);
  const flat = document ? flatWorkflow(document) : workflow;
  const samplers = painted.filter((id) =>
    standsFor(flat, id).some((inner) => isSampler(catalogue.get(flat.nodes[inner]!.type))),
  );
  const depth = (id: string) => upstreamOf(workflow, id).size;
  const first = (ids: readonly string[]) => ids.toSorted((a, b) => depth(a) - depth(b))[0];
  return first(samplers) ?? first(painted);
}

function isSampler(definition: AnyNodeDefinition | undefined): boolean {
  return (
    definition !== undefined &&
    Object.hasOwn(definition.params, "steps") &&
    paramOf(definition, "steps").kind === "integer"
  );
}
