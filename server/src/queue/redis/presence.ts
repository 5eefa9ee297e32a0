import type { Connection } from "../../redis/connection.ts";

type Parts = {
  readonly connection: Connection;
  readonly prefix: string;
  readonly process: string;
  /** A process that has said nothing for so many milliseconds has ended. */
  readonly lifeMs: number;
  readonly onFault: (error: unknown) => void;
};

/** Says in Redis that this process lives, and learns which others do. */
export class Presence {
  readonly #parts: Parts;
  /** Processes that were found missing by the last look. */
  #missing = new Set<string>();
  #looked = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get lifeMs(): number {
    return this.#parts.lifeMs;
  }

  /** From now on it says so several times in a life, and calls `look` after that. */
  begin(look: () => Promise<void>): void {
    let isBusy = false;
    const beat = async () => {
      await this.#say();
      // A look that takes long makes nobody dead who lives.
      if (isBusy) return;
      isBusy = true;
      this.#looked = new Set();
      await look().finally(() => {
        isBusy = false;
      });
      this.#missing = this.#looked;
    };
    this.#timer = setInterval(() => {
      beat().catch((error) => this.#timer && this.#parts.onFault(error));
    }, this.lifeMs / 6).unref();
  }

  /** This process says that it has ended. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#say("0");
  }

  /** Whether it has said that it ended. Of one that says nothing that is not known: `isMissed`. */
  async hasEnded(process: string): Promise<boolean> {
    return (await this.#heard(process)) === "0";
  }

  /**
   * Whether it has ended, or is missing and was when this was asked after the beat before: a Redis that comes back has forgotten who
   * lives.
   */
  async isMissed(process: string): Promise<boolean> {
    const heard = await this.#heard(process);
    if (heard !== null) return heard === "0";
    this.#looked.add(process);
    return this.#missing.has(process);
  }

  async #heard(process: string): Promise<unknown> {
    return this.#parts.connection.send(["GET", this.#keyOf(process)]);
  }

  async #say(word: "0" | "1" = "1"): Promise<void> {
    const { connection, process } = this.#parts;
    await connection.send(["SET", this.#keyOf(process), word, "PX", String(this.lifeMs)]);
  }

  #keyOf = (process: string) => `${this.#parts.prefix}alive:${process}`;
}
