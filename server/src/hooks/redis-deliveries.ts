import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Connection, scriptOf } from "../redis/connection.ts";
import { type Deliveries, type Delivery, type Told, takenMs } from "./deliveries.ts";

const script = scriptOf(readFileSync(join(import.meta.dirname, "deliveries.lua"), "utf8"));

/** Those that several servers share, in Redis: each end is noted by one of them, each message taken by one. The queue there notes the ends. */
export class RedisDeliveries implements Deliveries {
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #takenMs: number;
  #urls: readonly string[] = [];

  constructor(
    connection: Connection,
    { prefix = "clipwork:", takenMs: taken = takenMs }: { readonly prefix?: string; readonly takenMs?: number } = {},
  ) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#takenMs = taken;
  }

  async open(hooks: Parameters<Deliveries["open"]>[0]): Promise<void> {
    this.#urls = hooks.map(({ url }) => url);
    await this.#call("open", ...hooks.flatMap(({ url, states }) => [url, states ? JSON.stringify(states) : ""]));
  }

  async told(): Promise<readonly Told[]> {
    const all = (await this.#call("told")) as readonly string[];
    return all.flatMap((url, i) => {
      if (i % 2 === 1) return [];
      const [since, states] = JSON.parse(all[i + 1]!) as readonly [string, string];
      return { url, since: Number(since), ...(states !== "" && { states: JSON.parse(states) }) };
    });
  }

  async ended(limit: number): Promise<readonly string[]> {
    return (await this.#call("ended", String(limit))) as readonly string[];
  }

  async note(run: string, messages: Parameters<Deliveries["note"]>[1]): Promise<void> {
    await this.#call("note", run, ...messages.flatMap(({ id, url, body }) => [id, url, body]));
  }

  async take(url: string, limit: number): Promise<readonly Delivery[]> {
    const taken = await this.#call("take", String(limit), String(this.#takenMs), url);
    return (taken as readonly (readonly [string, string, string, string])[]).map(([id, run, body, attempts]) => ({
      ...{ id, run, url, body, attempts: Number(attempts) },
    }));
  }

  async tried(id: string, again: number | undefined): Promise<void> {
    await this.#call("tried", id, again === undefined ? "" : String(again));
  }

  async next(url: string): Promise<number | undefined> {
    const ms = Number(await this.#call("next", url));
    return ms < 0 ? undefined : ms;
  }

  async count(): Promise<number> {
    return Number(await this.#call("count", ...this.#urls));
  }

  #call(what: string, ...args: readonly string[]) {
    return this.#connection.evaluate(script, this.#prefix, [what, ...args]);
  }
}
