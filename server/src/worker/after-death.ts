import { type RunEvent, type RunEventBody, type RunView, reduce } from "@clipwork/engine";
import type { Stuck } from "./watchdog.ts";

type Spot = RunView["running"][number];

/** How a worker ended. */
export type Death = {
  readonly how: string;
  /** The host ended it, since a node did not yield. */
  readonly stuck?: Stuck | undefined;
  readonly cancelled: boolean;
};

/**
 * The events that a worker would have sent had it seen its own death, in order: what was running failed, and the run is
 * over. `time` is now, in milliseconds since 1970, which may be before the run's beginning: this process's clock can be set back, the
 * worker's does not go back.
 */
export function eventsAfterDeath(view: RunView, { how, stuck, cancelled }: Death, time: number): RunEvent[] {
  const bodies: RunEventBody[] = [];
  if (!cancelled) {
    for (const spot of view.running) {
      bodies.push({
        ...spot,
        event: "node.failed",
        ...(stuck ? asStuck(spot, stuck) : asLost(how)),
      });
    }
    if (bodies.length === 0) {
      bodies.push({
        event: "notice",
        message: `The model process ended unexpectedly (${how}) while no node was running.`,
      });
    }
  }
  const number = (body: RunEventBody, i: number) =>
    ({ ...body, seq: view.seq + 1 + i, run: view.run, time }) as RunEvent;
  const events = bodies.map(number);
  const { executed, cached } = events.reduce(reduce, view);
  const end = number(
    {
      event: cancelled ? "run.cancelled" : "run.failed",
      ...{ executed, cached, outputs: [], ms: Math.max(0, time - (view.started ?? time)) },
    },
    events.length,
  );
  return [...events, end];
}

const asLost = (how: string) => ({
  message: `The model process ended unexpectedly (${how}) while this node was running.`,
  remedy: "Run it again: finished nodes are kept. If it recurs, use a smaller picture or free some memory.",
});

function asStuck({ node, item }: Spot, { suspects, seconds }: Stuck) {
  const nameOf = ({ node, limit: { type, pack } }: Stuck["suspects"][number]) =>
    `${node}${type === undefined ? "" : ` (${type}${pack === undefined ? "" : ` of the node pack ${pack}`})`}`;
  const names = suspects.map(nameOf).join(", ");
  if (!suspects.some((one) => one.node === node && one.item === item))
    return {
      message: `It was ended together with its process, which another node held for more than ${seconds} s: ${names}.`,
      remedy: "Run it again without that node, or mend it.",
    };
  const which = suspects.length === 1 ? `The node ${names}` : `One of the nodes ${names}`;
  return {
    message: `${which} did not yield within its limit of ${seconds} s, and its process was ended.`,
    remedy: "Mend an endless loop in it, let it await now and then, or set a larger timeLimit in its type.",
  };
}
