import type { AnyPlan, AnyPlanNode, Problem, Unusable } from "@clipwork/engine";
import { finisherOf, type Pack, partsOf } from "@clipwork/models";
import { type Device, foreseeMemory, gpuMemory, type Provider } from "@clipwork/models/onnx";
import { isUnusable } from "../installed/load-packs.ts";

type Packs = ReadonlyMap<string, Pack | Unusable>;

/** The memory of the GPU of each provider, once it was asked for: it does not change. */
const ofGpus = new Map<Provider, Promise<number | undefined>>();

function gpuOf(provider: Provider): Promise<number | undefined> {
  const known = ofGpus.get(provider) ?? gpuMemory(provider);
  ofGpus.set(provider, known);
  return known;
}

/**
 * A warning for each stage that a run of the plan may load and that does not fit, at the first node that runs it: into the memory that is free
 * now, or on a GPU into all that it has, since what is free there is held by models that make room. Where no driver tells how much a GPU has there are
 * none. `memory`: bytes, for tests.
 */
export async function memoryWarnings(
  { nodes }: Pick<AnyPlan, "nodes">,
  packs: Packs,
  { provider }: Pick<Device, "provider">,
  memory?: number,
): Promise<readonly Problem[]> {
  const there = memory ?? (provider === "cpu" ? undefined : await gpuOf(provider));
  if (provider !== "cpu" && there === undefined) return [];
  const seen = new Set<string>();
  const warnings: Problem[] = [];
  for (const node of nodes) {
    for (const { pack, stage } of stagesOf(node, packs)) {
      const name = `${pack.manifest.name}/${stage}`;
      if (seen.has(name)) continue;
      seen.add(name);
      const trouble = await foreseeMemory(pack, stage, there === undefined ? undefined : () => there);
      if (!trouble) continue;
      // Nothing stays mapped on a GPU: what would be slow on the CPU does not fit there.
      const { message, remedy } = provider === "cpu" ? trouble : tooLargeFor(name, there!);
      warnings.push({ code: "memory", severity: "warning", node: node.id, message, remedy });
    }
  }
  return warnings;
}

function tooLargeFor(stage: string, bytes: number): Pick<Problem, "message" | "remedy"> {
  return {
    message: `The stage ${stage} needs more memory than the ${(bytes / 2 ** 30).toFixed(1)} GiB that the GPU has.`,
    remedy: "Run it on the CPU, or import the weights with 8 bits (--weights int8).",
  };
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
