import { type NodeView, nodeState } from "@clipwork/engine";

/** Steps done and known steps, over all items that began; an item that counts none is one step. */
export function stepsOf({ steps, plain }: NodeView): { readonly done: number; readonly all: number } {
  return { done: steps.done + plain.done, all: steps.all + plain.all };
}

/** How a node is doing, in one or two words for people. Times are those of the events, so it needs no clock. */
export function describeState(node: NodeView): string {
  const count = node.items.size > 1 ? ` ×${node.items.size}` : "";
  switch (nodeState(node)) {
    case "running":
      return `${node.doing ?? timeLeft(node)}${count}`;
    case "failed":
      return `✖ failed${count}`;
    case "skipped":
      return `– skipped${count}`;
    case "cached":
      return `✔ cached${count}`;
    default:
      return `✔ ${seconds(timeTaken(node))}${count}`;
  }
}

function timeTaken({ started, changed = 0 }: NodeView): number {
  return started === undefined ? 0 : changed - started;
}

function timeLeft(node: NodeView): string {
  const { done, all } = stepsOf(node);
  if (done === 0 || node.started === undefined) return "…";
  return `${seconds((timeTaken(node) / done) * (all - done))} left`;
}

/** A duration as people say it: 0.4 s, 12 s, 3 min 5 s. */
export function seconds(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
