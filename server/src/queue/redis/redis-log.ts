import type { Connection } from "../../redis/connection.ts";
import { effectOf, firstOf, isStep } from "../log-effect.ts";
import { type LogEntry, type Logged, type LoggedJson, maxEvents } from "../port.ts";

/** The JSON of an entry between its braces: number, run and time come before it when it is logged. */
export function bodyOf(entry: LogEntry): string {
  if (entry.event !== "node.values") return JSON.stringify(entry).slice(1, -1);
  const { values, ...rest } = entry;
  return `"values":${values.json},${JSON.stringify(rest).slice(1, -1)}`;
}

/** How much it counts where few are read at once. */
export const sizeOf = (entry: LogEntry): number => (entry.event === "node.values" ? entry.values.count : 1);

/** An event as the log has it: what `log` in `records.lua` writes. */
export function writtenEvent({ run, seq, time }: Pick<Logged, "run" | "seq" | "time">, body: string): string {
  return `{"seq":${seq},"run":"${run}","time":${time},${body}}`;
}

/** Events that are read at once where all of a log are. */
const atOnce = 1000;

/** The logs of runs as streams, in which the event of number n has the id n-0. */
export class RedisLog {
  readonly #connection: Connection;
  readonly #prefix: string;

  constructor(connection: Connection, prefix: string) {
    this.#connection = connection;
    this.#prefix = prefix;
  }

  /** The events after that number, oldest first, as many as have the size `limit` together, and one at least. */
  async read(run: string, after: number, limit: number): Promise<readonly LoggedJson[]> {
    const range = [`(${after}-0`, "+", "COUNT", String(Math.min(limit, 1_000_000))];
    const found = (await this.#connection.send(["XRANGE", `${this.#prefix}log:${run}`, ...range])) as readonly Row[];
    return firstOf(
      found.map(([id, [, json, , size]]) => ({ run, seq: Number.parseInt(id, 10), size: Number(size), json })),
      limit,
    );
  }

  /** All events, oldest first: a log may be long, and neither Redis nor this process is held up by it. */
  async *all(run: string): AsyncIterable<LoggedJson> {
    for (let after = 0, more = true; more; ) {
      const events = await this.read(run, after, atOnce);
      yield* events;
      after = events.at(-1)?.seq ?? after;
      more = events.length > 0;
    }
  }

  /** The number of the newest event; undefined if there is no such run. */
  async last(run: string): Promise<number | undefined> {
    const seq = await this.#connection.send(["HGET", `${this.#prefix}run:${run}`, "seq"]);
    return seq === null ? undefined : Number(seq);
  }
}

type Row = readonly [id: string, fields: readonly [string, string, string, string]];

/** An event and what follows from it, as `report` in `commands.lua` takes them. */
export function reportArguments(entry: LogEntry, time: number): readonly string[] {
  const { error = "", output, end = "" } = effectOf(entry);
  const place = output ? `${output.node} ${String(output.item).padStart(9, "0")}` : "";
  const written = output ? JSON.stringify(output) : "";
  const most = isStep(entry) ? String(maxEvents) : "";
  return [bodyOf(entry), String(sizeOf(entry)), String(time), error, place, written, end, most];
}
