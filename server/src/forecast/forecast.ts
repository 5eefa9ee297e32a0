import type { StatementSync } from "node:sqlite";
import type { KindCounts } from "../checker/checker-protocol.ts";
import type { Database } from "../data-folder/database.ts";
import { maxKinds } from "../documents/work-ahead.ts";

/** The weight of a new duration against the average so far. */
const weight = 0.4;

/** What an item of a kind takes and writes, and how many runs say so. */
type Known = { readonly ms: number; readonly runs: number; readonly bytes: number | undefined };

/** What was seen of an item of a kind in a run. */
export type Learnt = {
  readonly ms: number;
  /** When, in milliseconds since 1970. */
  readonly time: number;
  /** Whether its models are still held; true if it is left out. */
  readonly warm?: boolean;
  /** Bytes that it wrote; left out if nobody looked. */
  readonly bytes?: number | undefined;
};

/** Remembers how long an item of each kind of work took and what it wrote, to forecast how long a run will take and what it will write. */
export class Forecast {
  #keep: StatementSync | undefined;
  readonly #database: Database;
  readonly #known = new Map<string, Known>();
  /** The kinds that ran in the process of the models. */
  readonly #warm = new Set<string>();
  #process: number | undefined;
  /** Bytes of models that it held when it last said so. */
  #held = 0;

  constructor(database: Database) {
    this.#database = database;
    for (const { kind, ms, runs, bytes } of database.sql.prepare("SELECT kind, ms, runs, bytes FROM durations").all())
      this.#known.set(String(kind), {
        ...{ ms: Number(ms), runs: Number(runs) },
        bytes: bytes === null ? undefined : Number(bytes),
      });
  }

  /** Milliseconds of an item; undefined if none ever ran. */
  msOf(kind: string): number | undefined {
    return this.#known.get(kind)?.ms;
  }

  /** Milliseconds that so many items of each kind take; undefined if a kind of them has never run. */
  msOfAll(kinds: KindCounts): number | undefined {
    return sumOf(kinds, (kind) => this.msOf(kind));
  }

  /** Bytes that so many items of each kind write; undefined if it is not known of a kind of them. */
  bytesOfAll(kinds: KindCounts): number | undefined {
    return sumOf(kinds, (kind) => this.#known.get(kind)?.bytes);
  }

  /** What is known of those kinds of work. `warm`: one ran since the process of the models began, and since it last released a model. */
  about(kinds: KindCounts): { readonly [kind: string]: { readonly ms: number; readonly warm: boolean } } {
    const known = Object.keys(kinds ?? {}).flatMap((kind) => {
      const ms = this.msOf(kind);
      return ms === undefined ? [] : [[kind, { ms, warm: this.#warm.has(kind) }] as const];
    });
    return Object.fromEntries(known);
  }

  /** To be called before a run with the process that will run it: another one than before has no models loaded. */
  servedBy(process: number | undefined): void {
    if (process !== this.#process) {
      this.#warm.clear();
      this.#held = 0;
    }
    this.#process = process;
  }

  /**
   * Notes how many bytes of models the process holds. Returns whether it has released some: nobody says which, so no kind is warm then until it
   * runs again.
   */
  holds(bytes: number): boolean {
    const released = bytes < this.#held;
    this.#held = bytes;
    if (released) this.#warm.clear();
    return released;
  }

  /**
   * Notes what an item of a kind took and wrote in a run. Of its time the first run, in which a model is loaded, counts until there is a
   * second; of what it wrote the least counts: a run is refused for it, and a kind without a model does not tell sizes apart.
   */
  learn(kind: string, { ms, time, warm = true, bytes }: Learnt): void {
    const { ms: before, runs, bytes: wrote } = this.#known.get(kind) ?? { ms, runs: 0, bytes: undefined };
    const least = bytes === undefined || wrote === undefined ? (bytes ?? wrote) : Math.min(bytes, wrote);
    const now = { ms: runs < 2 ? ms : before + weight * (ms - before), runs: runs + 1, bytes: least };
    this.#known.set(kind, now);
    if (warm) this.#warm.add(kind);
    this.#keep ??= this.#database.sql.prepare(
      `INSERT INTO durations (kind, ms, time, runs, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET ms = ?2, time = ?3, runs = ?4, bytes = ?5`,
    );
    this.#keep.run(kind, now.ms, time, now.runs, now.bytes ?? null);
    if (this.#known.size <= maxKinds) return;
    const oldest = this.#database.sql
      .prepare("DELETE FROM durations WHERE kind = (SELECT kind FROM durations ORDER BY time LIMIT 1) RETURNING kind")
      .get();
    this.#known.delete(String(oldest?.kind));
    this.#warm.delete(String(oldest?.kind));
  }
}

/** The sum over all items; undefined if the kinds are too many to be counted, or it is unknown of one of them. */
function sumOf(kinds: KindCounts, of: (kind: string) => number | undefined): number | undefined {
  if (kinds === null) return undefined;
  let sum = 0;
  for (const [kind, items] of Object.entries(kinds)) {
    const one = of(kind);
    if (one === undefined) return undefined;
    sum += one * items;
  }
  return sum;
}
