import type { RunView } from "@clipwork/engine";
import type { NodeLimit, NodeLimits } from "./worker-protocol.ts";

/** How often it is looked whether the worker answers, in milliseconds. */
const lookMs = 250;
/** What a worker may be late beyond its limit: one that only waits for a node ends it by itself first. */
const graceMs = 2000;

type Spot = RunView["running"][number];

/** A node that held its process for longer than it may, as far as is known: one of these. */
export type Stuck = { readonly suspects: readonly (Spot & { readonly limit: NodeLimit })[]; readonly seconds: number };

/**
 * Watches from outside whether the nodes of a run let go of their process. The engine ends a node that takes too long, but not one that
 * never yields: nothing else runs in its process, the engine's clock included. So the host asks the process now and then, and hears
 * nothing. Of several nodes that run, those of node packs are suspected, and no node is before the largest of their limits is over.
 */
export class Watchdog {
  readonly #limits: NodeLimits;
  readonly #running: () => RunView["running"];
  readonly #ping: () => void;
  readonly #onStuck: (stuck: Stuck) => void;
  readonly #timer: NodeJS.Timeout;
  /** Milliseconds since the worker was asked and did not answer; undefined if it has answered. Counted, so that a machine that slept blames nobody. */
  #silent: number | undefined;

  /** `ping` asks the worker to answer, upon which `heard` has to be called; `running` has the nodes that run. */
  constructor(
    limits: NodeLimits,
    parts: {
      readonly running: () => RunView["running"];
      readonly ping: () => void;
      readonly onStuck: (stuck: Stuck) => void;
    },
  ) {
    this.#limits = limits;
    this.#running = parts.running;
    this.#ping = parts.ping;
    this.#onStuck = parts.onStuck;
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  /** The worker answered. */
  heard(): void {
    this.#silent = undefined;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#silent === undefined) {
      this.#silent = 0;
      this.#ping();
      return;
    }
    this.#silent += lookMs;
    const all = this.#running().map((spot) => ({ ...spot, limit: this.#limitOf(spot) }));
    const ofPacks = all.filter(({ limit }) => limit.pack !== undefined);
    const suspects = ofPacks.length > 0 ? ofPacks : all;
    const seconds = Math.max(0, ...suspects.map(({ limit }) => limit.seconds ?? Number.POSITIVE_INFINITY));
    if (suspects.length === 0 || this.#silent < seconds * 1000 + graceMs) return;
    this.close();
    this.#onStuck({ suspects, seconds });
  }

  #limitOf({ node }: Spot): NodeLimit {
    return this.#limits.nodes[node] ?? { seconds: this.#limits.usual };
  }
}
