import { type AnyPlan, type AnyPlanNode, planNodes, Recent } from "@clipwork/engine";
import { maxKinds, workKinds } from "../documents/work-ahead.ts";

/** An item that takes so many milliseconds is worth asking whether somebody else computes it now, which takes one or two. */
const dearMs = 100;
/** For an item of which nothing is known others are waited for so long; else for twice what it takes here, and a little. */
const unknownMs = 60_000;
const littleMs = 1000;

/** Knows what items took in this process, and so which are dear. */
export class DearWork {
  /** By kind of work. */
  readonly #ms = new Recent<number>(maxKinds);
  /** Node types without models of which an item was dear. */
  readonly #slow = new Set<string>();

  /** The same for the nodes of a plan. */
  of(plan: AnyPlan): { patience(node: string): number | undefined; learn(node: string, ms: number): void } {
    const nodes = planNodes(plan);
    const kindOf = workKinds(plan);
    const mayBeDear = ({ definition }: AnyPlanNode) =>
      definition.stages.length > 0 || definition.optionalStages.length > 0 || this.#slow.has(definition.type);
    return {
      /** Milliseconds for which somebody else who computes an item of the node is waited for; undefined if it is not dear. Of models it is thought so until one ran. */
      patience: (node) => {
        if (!mayBeDear(nodes.get(node)!)) return undefined;
        const ms = this.#ms.get(kindOf(node) ?? "");
        if (ms === undefined) return unknownMs;
        return ms < dearMs ? undefined : 2 * ms + littleMs;
      },
      /** Notes what an item of the node took, in milliseconds. */
      learn: (node, ms) => {
        const planNode = nodes.get(node)!;
        if (ms >= dearMs) this.#slow.add(planNode.definition.type);
        const kind = mayBeDear(planNode) ? kindOf(node) : undefined;
        if (kind !== undefined) this.#ms.set(kind, ms, 1);
      },
    };
  }
}
