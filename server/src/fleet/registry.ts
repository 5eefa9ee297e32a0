import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Connection, scriptOf } from "../redis/connection.ts";
import type { WorkerJson } from "../wire/wire.ts";

/** What a worker says of itself. */
export type WorkerState = Omit<WorkerJson, "id" | "heard" | "state"> & {
  readonly state: Exclude<WorkerJson["state"], "gone">;
};

/** A worker that has said nothing for so many milliseconds is gone; it says something several times in that. */
const lifeMs = 15_000;
/** What changes is told together with what changes within so many milliseconds: Redis has it confirmed by its disk each time. */
const tellMs = 100;
/** For so many milliseconds it is listed as gone. */
const rememberMs = 3_600_000;
/** Workers that are listed. */
const maxListed = 1000;

const script = scriptOf(readFileSync(join(import.meta.dirname, "registry.lua"), "utf8"));

/** The workers of a fleet: each says of itself what it has and what it does. */
export class Registry {
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #onFault: (error: unknown) => void;
  readonly #lifeMs: number;
  readonly #rememberMs: number;

  /** `lifeMs`: a worker that has said nothing for so many milliseconds is gone; for `rememberMs` it is listed so. */
  constructor(
    connection: Connection,
    {
      prefix = "clipwork:",
      lifeMs: life = lifeMs,
      rememberMs: remember = rememberMs,
      onFault,
    }: {
      readonly prefix?: string;
      readonly lifeMs?: number;
      readonly rememberMs?: number;
      readonly onFault: (error: unknown) => void;
    },
  ) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#lifeMs = life;
    this.#rememberMs = remember;
    this.#onFault = onFault;
  }

  /** Lists a worker as `state` describes it from now on; `tell` is to be called at each change, and has it listed soon. Resolves to what ends that. */
  async join(state: () => WorkerState): Promise<{ tell(): void; leave(): Promise<void> }> {
    const id = randomUUID();
    let isThere = true;
    let said: Promise<unknown> = Promise.resolve();
    const say = async () => {
      if (isThere) await this.#call("say", id, JSON.stringify({ id, ...state() }));
    };
    await say();
    let due: NodeJS.Timeout | undefined;
    const sayNow = () => {
      due = undefined;
      // One after the other: what was said last stands.
      said = said.then(say).catch((error) => isThere && this.#onFault(error));
    };
    const timer = setInterval(sayNow, this.#lifeMs / 4).unref();
    return {
      tell: () => {
        due ??= setTimeout(sayNow, tellMs).unref();
      },
      leave: async () => {
        isThere = false;
        clearInterval(timer);
        clearTimeout(due);
        await said;
        await this.#call("leave", id);
      },
    };
  }

  /** Those that are there, and for an hour those that went without a word, by name. */
  async list(): Promise<readonly WorkerJson[]> {
    const { now, all } = JSON.parse(String(await this.#call("list", String(maxListed)))) as {
      readonly now: number;
      readonly all: readonly (readonly [heard: number, json: string])[];
    };
    // Lua writes an empty list as an empty object.
    return (Array.isArray(all) ? all : [])
      .map(([heard, json]): WorkerJson => {
        const worker: WorkerJson = { ...JSON.parse(json), heard };
        return now - heard > this.#lifeMs ? { ...worker, state: "gone" } : worker;
      })
      .sort((a, b) => (a.name + a.id < b.name + b.id ? -1 : 1));
  }

  #call(what: string, ...args: readonly string[]) {
    return this.#connection.evaluate(script, this.#prefix, [what, String(this.#rememberMs), ...args]);
  }
}
