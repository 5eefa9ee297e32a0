import type { AnyPlan, AnyPlanNode, Problem, Unusable } from "@clipwork/engine";
import { finisherOf, type Pack, partsOf } from "@clipwork/models";
import { type Device, foreseeMemory } from "@clipwork/models/onnx";
import { isUnusable } from "../installed/load-packs.ts";

type Packs = ReadonlyMap<string, Pack | Unusable>;

/**
 * A warning for each stage that a run of the plan may load and that does not fit into the memory that is free now, at the first node that
 * runs it. On a GPU there are none: how much memory it has free is not known. `free`: bytes, for tests.
 */
export async function memoryWarnings(
  { nodes }: Pick<AnyPlan, "nodes">,
  packs: Packs,
  { provider }: Pick<Device, "provider">,
  free?: () => number,
): Promise<readonly Problem[]> {
  if (provider !== "cpu") return [];
  const seen = new Set<string>();
  const warnings: Problem[] = [];
  for (const node of nodes) {
    for (const { pack, stage } of stagesOf(node, packs)) {
      const name = `${pack.manifest.name}/${stage}`;
      if (seen.has(name)) continue;
      seen.add(name);
      const trouble = await foreseeMemory(pack, stage, free);
      if (!trouble) continue;
      const { message, remedy } = trouble;
      warnings.push({ code: "memory", severity: "warning", node: node.id, message, remedy });
    }
  }
  return warnings;
}

/** The pack that a node's parameter names. */
export function packOf(
  { definition, params }: Pick<AnyPlanNode, "definition" | "params">,
  packs: Packs,
): Pack | Unusable | undefined {
  const param = Object.keys(definition.params).find((name) => definition.params[name]!.kind === "pack");
  return param === undefined ? undefined : packs.get(String(params[param]));
}

/** The stages of its pack that a node may run. */
export function stagesOf(
  { definition, params, stages }: AnyPlanNode,
  packs: Packs,
): readonly { readonly pack: Pack; readonly stage: string }[] {
  const pack = packOf({ definition, params }, packs);
  if (!pack || isUnusable(pack)) return [];
  const parts = partsOf(pack.manifest);
  return Object.keys(stages).flatMap((part) => {
    const stage = parts.get(part)?.stage;
    if (stage === undefined) return [];
    const last = finisherOf(pack.manifest, stage)?.[0];
    return [stage, ...(last === undefined ? [] : [last])].map((name) => ({ pack, stage: name }));
  });
}
