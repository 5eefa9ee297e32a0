import { hash } from "node:crypto";
import type { RunState } from "@clipwork/engine";
import type { KindCounts } from "../../checker/checker-protocol.ts";
import type { Connection } from "../../redis/connection.ts";
import type { RunOutput } from "../../wire/wire.ts";
import {
  priorities,
  type RunFilter,
  type RunInPassing,
  type RunPage,
  type RunRecord,
  type RunRequest,
  type StoredRun,
} from "../port.ts";

/** What a record is made from, as `submit` in `commands.lua` and what follows it keep it. */
const columns = ["n", "fields", "standing", "workflow", "passing", "state", "created", "attempts", "seq"] as const;
const later = ["stopping", "started", "ended", "error", "lacks", "owner"] as const;
type Row = { readonly [column in (typeof columns)[number] | (typeof later)[number]]: string | null };

/** A run that is leased, and the process that holds it. */
type Leased = {
  readonly run: string;
  readonly holder: string;
  readonly attempts: number;
  readonly isStopping: boolean;
};

/** Runs that are looked at together for a page. */
const atOnce = 100;

/** The parts of a request as they are kept: those that lists show, and those that only the run itself needs. */
export function splitRequest({ title, caption, seed, fresh, set, targets, warnings, kinds, needs }: RunRequest) {
  const written = needs ? JSON.stringify(needs) : "";
  return {
    fields: JSON.stringify({ title, caption, seed, fresh }),
    asked: JSON.stringify({ set, targets, warnings }),
    kinds: JSON.stringify(kinds),
    needs: written,
    /** Runs of one class need the same. */
    class: written && hash("sha1", written),
  };
}

/** What is known of runs: read, never changed. */
export class RedisRuns {
  readonly #connection: Connection;
  readonly #prefix: string;

  constructor(connection: Connection, prefix: string) {
    this.#connection = connection;
    this.#prefix = prefix;
  }

  async record(run: string): Promise<RunRecord | undefined> {
    const [row, outputs] = await Promise.all([this.#row(run), this.#outputs(run)]);
    return row && recordOf(run, row, outputs);
  }

  async find(run: string): Promise<StoredRun | undefined> {
    const [record, asked, [document]] = await Promise.all([
      this.record(run),
      this.#connection.send(["HGET", this.#key(run), "asked"]),
      this.#connection.sendForBytes(["HMGET", this.#key(run), "document"]),
    ]);
    if (!record || !document) return undefined;
    return { ...record, ...JSON.parse(String(asked)), document: new Uint8Array(document) };
  }

  async kinds(run: string): Promise<KindCounts> {
    const kinds = await this.#connection.send(["HGET", this.#key(run), "kinds"]);
    return kinds === null ? {} : JSON.parse(String(kinds));
  }

  async list({ state, workflow, before, limit }: RunFilter): Promise<RunPage> {
    const set = workflow === undefined ? setOf(state) : `flow:${workflow}`;
    const found: { readonly n: number; readonly record: RunRecord }[] = [];
    let end = before === undefined ? "+inf" : `(${before}`;
    while (found.length <= limit) {
      const range = [`${this.#prefix}${set}`, end, "-inf", "BYSCORE", "REV", "LIMIT", "0", String(atOnce)];
      const ids = (await this.#connection.send(["ZRANGE", ...range])) as readonly string[];
      const records = await Promise.all(ids.map(async (id) => ({ id, row: await this.#row(id) })));
      for (const { id, row } of records) {
        if (!row) continue;
        end = `(${row.n}`;
        const fits = state === "ended" ? row.ended !== null : state === undefined || row.state === state;
        if (fits && found.length <= limit)
          found.push({ n: Number(row.n), record: recordOf(id, row, await this.#outputs(id)) });
      }
      if (ids.length < atOnce) break;
    }
    const runs = found.slice(0, limit);
    const next = found.length > limit ? runs.at(-1) : undefined;
    return { runs: runs.map(({ record }) => record), ...(next && { next: next.n }) };
  }

  async inPassing(): Promise<readonly RunInPassing[]> {
    const ids = (await this.#connection.send(["ZRANGE", `${this.#prefix}passing`, "0", "-1"])) as readonly string[];
    const rows = await Promise.all(ids.map(async (run) => ({ run, row: await this.#row(run) })));
    return rows.flatMap(({ run, row }) => (row ? [{ run, name: row.passing!, waits: row.state === "queued" }] : []));
  }

  /** The leased runs with the process that holds each, the attempt and whether it is to stop, the run that was submitted last in front. */
  async leases(): Promise<readonly Leased[]> {
    const all = (await this.#connection.send(["HGETALL", `${this.#prefix}leases`])) as unknown as Fields;
    const rows = await Promise.all(
      pairsOf(all).map(async ([run, holder]) => ({ run, holder, row: await this.#row(run) })),
    );
    return rows
      .flatMap(({ run, holder, row }) =>
        row
          ? [{ run, holder, attempts: Number(row.attempts), isStopping: row.stopping !== null, n: Number(row.n) }]
          : [],
      )
      .sort((a, b) => b.n - a.n);
  }

  /** How often a run was lost in a row without getting further, its newest event when it was leased last, and whether it is to stop. */
  async losses(run: string): Promise<{ readonly lost: number; readonly since: number; readonly isStopping: boolean }> {
    const fields = ["lost", "since", "stopping"];
    const [lost, since, stopping] = (await this.#connection.send(["HMGET", this.#key(run), ...fields])) as Values;
    return { lost: Number(lost), since: Number(since), isStopping: stopping !== null };
  }

  #key = (run: string) => `${this.#prefix}run:${run}`;

  async #row(run: string): Promise<Row | undefined> {
    const names = [...columns, ...later];
    const values = (await this.#connection.send(["HMGET", this.#key(run), ...names])) as Values;
    return values[0] === null ? undefined : (Object.fromEntries(names.map((name, i) => [name, values[i]])) as Row);
  }

  async #outputs(run: string): Promise<readonly RunOutput[]> {
    const all = (await this.#connection.send(["HGETALL", `${this.#prefix}outputs:${run}`])) as unknown as Fields;
    return pairsOf(all)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, json]) => JSON.parse(json));
  }
}

type Values = readonly (string | null)[];
/** A hash as the client gives it. */
type Fields = { readonly [field: string]: string };

const pairsOf = (fields: Fields): [string, string][] => Object.entries(fields);

function setOf(state: RunFilter["state"]): string {
  if (state === undefined) return "all";
  return state === "ended" ? "ended" : `state:${state}`;
}

function recordOf(id: string, row: Row, outputs: readonly RunOutput[]): RunRecord {
  const optional = {
    workflow: row.workflow || undefined,
    passing: row.passing || undefined,
    owner: row.owner || undefined,
    started: row.started === null ? undefined : Number(row.started),
    ended: row.ended === null ? undefined : Number(row.ended),
    error: row.error ?? undefined,
    lacks: row.lacks ?? undefined,
  };
  const known = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    id,
    ...JSON.parse(row.fields!),
    state: row.state as RunState,
    created: Number(row.created),
    priority: priorities[Number(row.standing)] ?? "low",
    attempts: Number(row.attempts),
    stopping: row.stopping !== null,
    seq: Number(row.seq),
    outputs,
    ...Object.fromEntries(known),
  };
}
