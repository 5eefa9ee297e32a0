import { Further, tellsProgress } from "../attempts/progress.ts";
import { continues, endedBy, lostTooOften, readEvent } from "../log-effect.ts";
import { type Lease, LeaseLost, maxAttempts } from "../port.ts";
import type { Changes } from "./changes.ts";
import type { Presence } from "./presence.ts";
import { bodyOf, type RedisLog } from "./redis-log.ts";
import type { RedisRuns } from "./redis-runs.ts";

const cancelled = bodyOf(endedBy("run.cancelled"));
const failed = bodyOf(endedBy("run.failed"));
const noticed = (message: string) => bodyOf({ event: "notice", message });

type Parts = {
  readonly runs: Pick<RedisRuns, "leases" | "losses" | "record">;
  readonly log: Pick<RedisLog, "all">;
  readonly presence: Pick<Presence, "hasEnded" | "isMissed">;
  readonly changes: Pick<Changes, "change">;
};

/** What becomes of leased runs that their worker does not end: each waits again, or has failed if that was so too often. */
export class LostLeases {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Ends a leased run as failed. Rejects with `LeaseLost`. */
  async fail(lease: Lease, message: string): Promise<void> {
    await this.#end(lease, message, "");
  }

  /** As `RunQueue.giveBack`. */
  async giveBack(lease: Lease, what: string): Promise<void> {
    await this.#lose(lease, what, "");
  }

  /** As `RunQueue.putBack`. */
  async putBack(lease: Lease, what: string): Promise<void> {
    const { lost } = await this.#lostWith(lease.run);
    await this.#release(lease, what, Math.max(0, lost - 1), "");
  }

  /** As `RunQueue.isLastAttempt`. */
  async isLastAttempt(lease: Lease): Promise<boolean> {
    const { state, attempts } = (await this.#parts.runs.record(lease.run)) ?? {};
    if (state !== "running" || attempts !== lease.token) throw new LeaseLost(lease);
    return (await this.#lostWith(lease.run)).lost >= maxAttempts;
  }

  /** Gives back what processes had leased that said that they ended. */
  async recover(what: string): Promise<void> {
    await this.#giveBackOf((holder) => this.#parts.presence.hasEnded(holder), what);
  }

  /** Gives back what processes had leased that have ended without a word. */
  async giveBackMissed(): Promise<void> {
    await this.#giveBackOf((holder) => this.#parts.presence.isMissed(holder), "The worker that ran it was lost");
  }

  async #giveBackOf(isLost: (holder: string) => Promise<boolean>, what: string): Promise<void> {
    for (const { run, holder, attempts } of await this.#parts.runs.leases()) {
      const lease: Lease = { run, token: attempts, attempts, fresh: false, order: undefined };
      if (await isLost(holder)) await this.#lose(lease, what, "dead").catch(lateOnly);
    }
  }

  /** How often a run would have been lost in a row without getting further, if it were lost now, and whether it is to stop. */
  async #lostWith(run: string): Promise<{ readonly lost: number; readonly isStopping: boolean }> {
    const { lost, since, isStopping } = await this.#parts.runs.losses(run);
    const further = new Further(since);
    for await (const event of this.#parts.log.all(run))
      if (tellsProgress(event.json) && further.hear(readEvent(event))) return { lost: 1, isStopping };
    return { lost: lost + 1, isStopping };
  }

  async #lose(lease: Lease, what: string, dead: "dead" | ""): Promise<void> {
    const { lost, isStopping } = await this.#lostWith(lease.run);
    if (lost < maxAttempts || isStopping) await this.#release(lease, what, lost, dead);
    else await this.#end(lease, lostTooOften(what, lease.attempts), dead);
  }

  async #release(lease: Lease, what: string, lost: number, dead: "dead" | ""): Promise<void> {
    const bodies = [noticed(continues(what)), cancelled];
    await this.#change("release", lease, String(lost), ...bodies, dead);
  }

  async #end(lease: Lease, message: string, dead: "dead" | ""): Promise<void> {
    await this.#change("fail", lease, message, noticed(message), failed, dead);
  }

  async #change(command: string, lease: Lease, ...args: readonly string[]): Promise<void> {
    const answer = await this.#parts.changes.change(command, lease.run, String(lease.token), ...args);
    if (answer.lost) throw new LeaseLost(lease);
  }
}

/** For `catch`: somebody else was first. */
function lateOnly(error: unknown): void {
  if (!(error instanceof LeaseLost)) throw error;
}
