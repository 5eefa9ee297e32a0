import type { RunState } from "@clipwork/engine";
import type { KindCounts } from "../../checker/checker-protocol.ts";
import type { PackedJson } from "../../files/packed-json.ts";
import type { RunOutput } from "../../wire/wire.ts";
import { firstOf } from "../log-effect.ts";
import {
  type LoggedJson,
  priorities,
  type RunFilter,
  type RunPage,
  type RunRecord,
  type RunRequest,
  type StoredRun,
} from "../port.ts";
import { standingOf } from "../priority.ts";
import type { Row, Statements } from "./statements.ts";

/** Selects the row number of a run by its id. */
const numberOf = "(SELECT n FROM runs WHERE id = ?)";

/** Reads and writes the rows of runs: what was submitted, their states and their logs. Knows no rules of the queue. */
export class RunRows {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  insert(id: string, request: RunRequest, order: Uint8Array, rank: number, time: number): void {
    const {
      title,
      workflow,
      fresh,
      kinds,
      set,
      targets,
      warnings,
      document,
      caption,
      seed,
      passing,
      owner = "",
    } = request;
    const { n } = this.#sql.one(
      `INSERT INTO runs (id, state, priority, rank, caption, seed, passing, owner, title, workflow, fresh, created)
       VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING n`,
      id,
      standingOf(request),
      rank,
      caption ?? null,
      seed ?? null,
      passing ?? null,
      owner,
      title,
      workflow ?? null,
      fresh ? 1 : 0,
      time,
    );
    const run = Number(n);
    this.#sql.run(
      "INSERT INTO requests (run, kinds, settings, targets, warnings, document) VALUES (?, ?, ?, ?, ?, ?)",
      run,
      JSON.stringify(kinds),
      JSON.stringify(set),
      targets ? JSON.stringify(targets) : null,
      JSON.stringify(warnings),
      document,
    );
    this.#sql.run("INSERT INTO checked (run, body) VALUES (?, ?)", run, order);
  }

  find(id: string): StoredRun | undefined {
    const record = this.record(id);
    const row = this.#sql.get(`SELECT * FROM requests WHERE run = ${numberOf}`, id);
    if (!record || !row) return undefined;
    return {
      ...record,
      document: row.document as PackedJson,
      set: JSON.parse(String(row.settings)),
      warnings: JSON.parse(String(row.warnings)),
      ...(row.targets === null ? {} : { targets: JSON.parse(String(row.targets)) }),
    };
  }

  record(id: string): RunRecord | undefined {
    const row = this.#sql.get("SELECT * FROM runs WHERE id = ?", id);
    return row && this.#read(row);
  }

  list({ state, workflow, before, limit }: RunFilter): RunPage {
    const rows = this.#sql.all(
      `SELECT * FROM runs WHERE (?1 IS NULL OR state = ?1 OR (?1 = 'ended' AND ended IS NOT NULL))
         AND (?2 IS NULL OR workflow = ?2) AND (?3 IS NULL OR n < ?3) AND passing IS NULL
       ORDER BY n DESC LIMIT ?4`,
      state ?? null,
      workflow ?? null,
      before ?? null,
      limit + 1,
    );
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return { runs: shown.map((row) => this.#read(row)), ...(last && { next: Number(last.n) }) };
  }

  kinds(id: string): KindCounts {
    const row = this.#sql.get(`SELECT kinds FROM requests WHERE run = ${numberOf}`, id);
    return row ? JSON.parse(String(row.kinds)) : {};
  }

  addEvent(run: number, { seq, json }: LoggedJson): void {
    this.#sql.run("INSERT INTO events (run, seq, body) VALUES (?, ?, ?)", run, seq, json);
    this.#sql.run("UPDATE runs SET seq = ? WHERE n = ?", seq, run);
  }

  /** False if the run already has exactly that output. */
  addOutput(run: number, output: RunOutput): boolean {
    const changes = this.#sql.run(
      `INSERT INTO outputs (run, node, item, body) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET body = excluded.body WHERE body <> excluded.body`,
      run,
      output.node,
      output.item,
      JSON.stringify(output),
    );
    return changes > 0;
  }

  events(id: string, after: number, limit: number): readonly LoggedJson[] {
    const rows = this.#sql.each(
      `SELECT seq, body, json_array_length(body, '$.values') AS size FROM events WHERE run = ${numberOf} AND seq > ? ORDER BY seq LIMIT ?`,
      id,
      after,
      Math.min(limit, Number.MAX_SAFE_INTEGER),
    );
    return firstOf(eventsIn(id, rows), limit);
  }

  seq(id: string): number | undefined {
    const row = this.#sql.get("SELECT seq FROM runs WHERE id = ?", id);
    return row && Number(row.seq);
  }

  delete(id: string): void {
    for (const table of ["events", "outputs", "checked", "requests"])
      this.#sql.run(`DELETE FROM ${table} WHERE run = ${numberOf}`, id);
    this.#sql.run("DELETE FROM runs WHERE id = ?", id);
  }

  #read(row: Row): RunRecord {
    const outputs = this.#sql.all("SELECT body FROM outputs WHERE run = ? ORDER BY node, item", Number(row.n));
    return {
      id: String(row.id),
      state: row.state as RunState,
      title: String(row.title),
      priority: priorities[Number(row.priority)] ?? "low",
      fresh: row.fresh === 1,
      created: Number(row.created),
      attempts: Number(row.attempts),
      stopping: row.stopping === 1,
      seq: Number(row.seq),
      outputs: outputs.map(({ body }) => JSON.parse(String(body))),
      ...(row.owner === "" ? {} : { owner: String(row.owner) }),
      ...(row.caption === null ? {} : { caption: String(row.caption) }),
      ...(row.seed === null ? {} : { seed: Number(row.seed) }),
      ...(row.passing === null ? {} : { passing: String(row.passing) }),
      ...(row.workflow === null ? {} : { workflow: String(row.workflow) }),
      ...(row.started === null ? {} : { started: Number(row.started) }),
      ...(row.ended === null ? {} : { ended: Number(row.ended) }),
      ...(row.error === null ? {} : { error: String(row.error) }),
    };
  }
}

function* eventsIn(run: string, rows: Iterable<Row>): Generator<LoggedJson> {
  for (const { seq, body, size } of rows) yield { run, seq: Number(seq), size: Number(size ?? 1), json: String(body) };
}
