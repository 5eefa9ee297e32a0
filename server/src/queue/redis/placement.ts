import { hash } from "node:crypto";
import { lackOf, type Offer } from "../../documents/needs.ts";
import { endedBy } from "../log-effect.ts";
import { bodyOf } from "./redis-log.ts";
import { type Answer, listOf } from "./scripts.ts";

type Change = (command: string, ...args: readonly string[]) => Promise<Answer>;

/** What this process has offered to carry out, and what becomes of runs for which there is no worker. The rules are in `lua/placement.lua`. */
export class Placement {
  readonly #change: Change;
  readonly #lifeMs: number;
  readonly #lackMs: number;
  #offer: Offer | undefined;

  /** `change` runs a command of the queue. A run without a worker fails after `lackMs`. */
  constructor(change: Change, { lifeMs, lackMs }: { readonly lifeMs: number; readonly lackMs: number }) {
    this.#change = change;
    this.#lifeMs = lifeMs;
    this.#lackMs = lackMs;
  }

  async offer(offer: Offer | undefined): Promise<void> {
    this.#offer = offer;
    if (offer) await this.#say(offer);
    else await this.#change("withdraw");
  }

  /** Takes the next run that this process can carry out. */
  async lease(): Promise<Answer> {
    const offer = this.#offer;
    const answer = await this.#change("lease", String(this.#lifeMs), offer ? "worker" : "");
    if (!answer.forgotten || !offer) return answer;
    await this.#say(offer);
    return this.lease();
  }

  /** Sees which waiting runs no worker can carry out, and fails those of which that has been so for too long. */
  async sweep(): Promise<void> {
    // It may have been taken for dead, or Redis has come back without it.
    if (this.#offer) await this.#say(this.#offer);
    const { expired } = await this.#change("sweep", String(this.#lifeMs / 6), String(this.#lackMs));
    for (const [run, lack] of listOf(expired)) {
      const { message, remedy } = lackOf(lack);
      const said = `${message.replace("It waits", "It waited in vain")} ${remedy}`;
      const bodies = [bodyOf({ event: "notice", message: said }), bodyOf(endedBy("run.failed"))];
      await this.#change("failLacking", run, lack, said, ...bodies);
    }
  }

  async #say(offer: Offer): Promise<void> {
    const { has, warm, memory, atOnce } = offer;
    const about = `${memory} ${atOnce} ${hash("sha1", JSON.stringify(offer))}`;
    await this.#change("offer", String(this.#lifeMs), about, String(has.length), ...has, ...warm);
  }
}
