import type { WorkflowJson } from "@clipwork/engine";

export type Exposed = NonNullable<WorkflowJson["exposed"]>;

/** The workflow that exposes these names and no others. Descriptions of other names go. */
export function setExposed(workflow: WorkflowJson, exposed: Exposed): WorkflowJson {
  const { exposed: _, ...rest } = workflow;
  const kept = Object.entries(descriptionsIn(workflow)).filter(([name]) => Object.hasOwn(exposed, name));
  const described = withDescriptions(rest, Object.fromEntries(kept));
  return Object.keys(exposed).length === 0 ? described : { ...described, exposed };
}

/** What the exposed names are for, as the document says it: `meta.exposed`. */
export function descriptionsIn({ meta }: WorkflowJson): { readonly [name: string]: unknown } {
  const described = meta?.exposed;
  return typeof described === "object" && described !== null && !Array.isArray(described) ? { ...described } : {};
}

/** The workflow with these descriptions in place of all. */
export function withDescriptions(
  workflow: WorkflowJson,
  descriptions: { readonly [name: string]: unknown },
): WorkflowJson {
  if (Object.keys(descriptions).length > 0) return { ...workflow, meta: { ...workflow.meta, exposed: descriptions } };
  if (workflow.meta?.exposed === undefined) return workflow;
  const { exposed: _, ...meta } = workflow.meta;
  return { ...workflow, meta };
}
