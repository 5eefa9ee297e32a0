import type { AnyPlan, AnyPlanNode, Problem, Unusable } from "@clipwork/engine";
import type { Pack } from "@clipwork/models";
import type { Device } from "@clipwork/models/onnx";
import { sizeTrouble } from "@clipwork/nodes";
import { isUnusable } from "../installed/load-packs.ts";
import { memoryWarnings, packOf } from "./memory-warnings.ts";

type Packs = ReadonlyMap<string, Pack | Unusable>;

/** What a run of the plan would meet in its packs: sizes that they do not paint, and stages that do not fit into memory. */
export async function packWarnings(
  plan: Pick<AnyPlan, "nodes">,
  packs: Packs,
  device: Pick<Device, "provider">,
): Promise<readonly Problem[]> {
  return [...sizeWarnings(plan, packs), ...(await memoryWarnings(plan, packs, device))];
}

/** A warning for each node whose parameters ask for a picture of a size that its pack does not paint. What is linked is not known yet. */
export function sizeWarnings({ nodes }: Pick<AnyPlan, "nodes">, packs: Packs): readonly Problem[] {
  return nodes.flatMap((node) => {
    const pack = packOf(node, packs);
    if (!pack || isUnusable(pack) || isLinked(node)) return [];
    const trouble = sizeTrouble(node.definition, node.params, pack.manifest);
    if (!trouble) return [];
    const { message, remedy = "" } = trouble;
    return [{ code: "size", severity: "warning", node: node.id, message, remedy } as const];
  });
}

/** Noise has a size, too. */
const sized: ReadonlySet<string> = new Set(["width", "height", "noise"]);
const isLinked = ({ links }: AnyPlanNode) => links.some(({ port }) => sized.has(port));
