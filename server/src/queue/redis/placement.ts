import { hash } from "node:crypto";
import { lackOf, type Offer } from "../../documents/needs.ts";
import { endedBy } from "../log-effect.ts";
import { bodyOf } from "./redis-log.ts";
import { type Answer, listOf } from "./scripts.ts";

/** A run is passed over, for another or for a worker that has its packs loaded, at most so often and for so many milliseconds. */
const passed = { places: 8, ms: 5000 };

type Change = (command: string, ...args: readonly string[]) => Promise<Answer>;

/** What this process has offered to carry out, and what becomes of runs for which there is no worker. The rules are in `lua/placement.lua`. */
export class Placement {
  readonly #change: Change;
  readonly #lifeMs: number;
  readonly #lackMs: number;
  readonly #passMs: number;
  readonly #wake: () => void;
  #timer: NodeJS.Timeout | undefined;
  #offer: Offer | undefined;
  /** It took back what it had offered: without an offer it would be given runs that it may not be able to carry out. */
  #isOver = false;

  /**
   * `change` runs a command of the queue; `wake` is called when there may be something to lease though nothing has happened. A run without a
   * worker fails after `lackMs`, and is left to workers that have its packs loaded for `passMs` at most.
   */
  constructor(
    change: Change,
    wake: () => void,
    {
      lifeMs,
      lackMs = 3_600_000,
      passMs = passed.ms,
    }: { readonly lifeMs: number; readonly lackMs?: number | undefined; readonly passMs?: number | undefined },
  ) {
    this.#change = change;
    this.#wake = wake;
    this.#passMs = passMs;
    this.#lifeMs = lifeMs;
    this.#lackMs = lackMs;
  }

  async offer(offer: Offer | undefined): Promise<void> {
    this.#offer = offer;
    this.#isOver = offer === undefined;
    if (offer) await this.#say(offer);
    else await this.#change("withdraw");
  }

  /** Takes the next run that this process can carry out; none once it took back its offer. */
  async lease(): Promise<Pick<Answer, "run" | "attempts" | "order" | "fields">> {
    if (this.#isOver) return {};
    const offer = this.#offer;
    const bounds = [passed.places, this.#passMs].map(String);
    const answer = await this.#change("lease", String(this.#lifeMs), offer ? "worker" : "", ...bounds);
    clearTimeout(this.#timer);
    if (answer.again !== undefined) this.#timer = setTimeout(this.#wake, answer.again + 1).unref();
    if (!answer.forgotten) return answer;
    if (this.#offer) await this.#say(this.#offer);
    return this.lease();
  }

  close(): void {
    clearTimeout(this.#timer);
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
