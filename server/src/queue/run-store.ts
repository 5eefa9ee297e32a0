import { randomUUID } from "node:crypto";
import type { StatementSync } from "node:sqlite";
import { endOf, type Problem, type RunEventBody, type RunState } from "@clipwork/engine";
import type { ArtifactKeeper } from "../artifacts/artifact-keeper.ts";
import type { KindCounts } from "../checker/checker-protocol.ts";
import type { Database } from "../data-folder/database.ts";
import type { Hash, LoggedEvent, RunOutput, RunSummary } from "../wire/wire.ts";

/** What is to be run, as somebody asked for it. */
export type RunRequest = {
  readonly title: string;
  readonly workflow?: string | undefined;
  /** As JSON text. */
  readonly document: string;
  readonly set: RunSettings;
  readonly targets?: readonly string[] | undefined;
  readonly fresh: boolean;
  readonly warnings: readonly Problem[];
  /** The kinds of work in it, for the forecast. */
  readonly kinds: KindCounts;
  /** The uploaded pictures that it names. */
  readonly assets: readonly Hash[];
};

/** A run that is to be begun now. */
export type ClaimedRun = {
  readonly id: string;
  readonly fresh: boolean;
  /** How often it was begun, this time included. */
  readonly attempts: number;
  /** What was checked, as a worker is given it; undefined where that was another server, so that it has to be checked anew. */
  readonly checked: Uint8Array | undefined;
};

export type RunSettings = { readonly [name: string]: string | number | boolean };

/** What the columns of a run say: all but what was asked for. */
export type RunRecord = Omit<RunSummary, "position" | "msLeft" | "progress"> & {
  readonly fresh: boolean;
  /** How often it was begun. */
  readonly attempts: number;
  readonly seq: number;
};

/** A run as it is stored; what a viewer is told is made of it. */
export type StoredRun = RunRecord & Omit<RunRequest, "assets" | "kinds">;

/** What may be added to a log; number, run and time are the log's. */
export type LogEntry = Unnumbered<LoggedEvent> | RunEventBody;
type Unnumbered<E> = E extends LoggedEvent ? Omit<E, "seq" | "run" | "time"> : never;

export type RunFilter = {
  readonly state?: RunState | undefined;
  readonly workflow?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
};

/** A log that grows beyond this takes no more steps and previews: what decides the run still goes in. */
const maxEvents = 200_000;

/** Of the runs that wait, this many are told of when the places change. */
const toldWaiting = 50;

type Row = { readonly [column: string]: string | number | Uint8Array | null };

/** Runs, the order in which they wait, and what happened in each: all of it survives the process. */
export class RunStore {
  readonly #database: Database;
  readonly #keeper: ArtifactKeeper;
  readonly #statements = new Map<string, StatementSync>();
  /** Called after each change that is stored. */
  onEvent: (event: LoggedEvent) => void = () => {};
  onChange: (run: string) => void = () => {};
  onGone: (run: string) => void = () => {};

  constructor(database: Database, keeper: ArtifactKeeper) {
    this.#database = database;
    this.#keeper = keeper;
  }

  /** Puts a run in the queue, last or first, and returns its id. `checked`: as a worker is given it. */
  submit(request: RunRequest, checked: Uint8Array, first: boolean): string {
    const id = randomUUID();
    this.#database.transaction(() => {
      const { low, high } = this.#get("SELECT min(rank) AS low, max(rank) AS high FROM runs WHERE state = 'queued'")!;
      const { n } = this.#get(
        "INSERT INTO runs (id, state, rank, title, workflow, fresh, created) VALUES (?, 'queued', ?, ?, ?, ?, ?) RETURNING n",
        id,
        first ? Number(low ?? 0) - 1 : Number(high ?? 0) + 1,
        request.title,
        request.workflow ?? null,
        request.fresh ? 1 : 0,
        Date.now(),
      )!;
      this.#run(
        "INSERT INTO requests (run, kinds, settings, targets, warnings, document) VALUES (?, ?, ?, ?, ?, ?)",
        n!,
        JSON.stringify(request.kinds),
        JSON.stringify(request.set),
        request.targets ? JSON.stringify(request.targets) : null,
        JSON.stringify(request.warnings),
        request.document,
      );
      this.#run("INSERT INTO checked (run, body) VALUES (?, ?)", n!, checked);
      this.#keeper.refer(`run ${id}`, request.assets);
    });
    this.append(id, { event: "run.queued" });
    return id;
  }

  /** The run with what was asked for. */
  find(id: string): StoredRun | undefined {
    const record = this.record(id);
    const row = this.#get("SELECT * FROM requests WHERE run = (SELECT n FROM runs WHERE id = ?)", id);
    if (!record || !row) return undefined;
    return {
      ...record,
      document: String(row.document),
      set: JSON.parse(String(row.settings)),
      warnings: JSON.parse(String(row.warnings)),
      ...(row.targets === null ? {} : { targets: JSON.parse(String(row.targets)) }),
    };
  }

  /** The run without what was asked for. */
  record(id: string): RunRecord | undefined {
    const row = this.#get("SELECT * FROM runs WHERE id = ?", id);
    return row && this.#read(row);
  }

  /** Newest first. `next` is the `before` of the page after this one. */
  list({ state, workflow, before, limit }: RunFilter): { readonly runs: readonly RunRecord[]; readonly next?: number } {
    const rows = this.#all(
      `SELECT * FROM runs WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR workflow = ?2) AND (?3 IS NULL OR n < ?3)
       ORDER BY n DESC LIMIT ?4`,
      state ?? null,
      workflow ?? null,
      before ?? null,
      limit + 1,
    );
    const runs = rows.slice(0, limit).map((row) => this.#read(row));
    return rows.length > limit ? { runs, next: Number(rows[limit - 1]!.n) } : { runs };
  }

  /** Ids of the runs that wait, next first. */
  queued(limit = Number.MAX_SAFE_INTEGER): readonly string[] {
    return this.#all("SELECT id FROM runs WHERE state = 'queued' ORDER BY rank LIMIT ?", limit).map(({ id }) =>
      String(id),
    );
  }

  /** The kinds of work in a run. */
  kinds(id: string): KindCounts {
    return JSON.parse(
      String(this.#get("SELECT kinds FROM requests WHERE run = (SELECT n FROM runs WHERE id = ?)", id)?.kinds ?? "{}"),
    );
  }

  /** How many runs wait before that one; undefined where it does not wait. */
  position(id: string): number | undefined {
    const row = this.#get(
      `SELECT (SELECT count(*) FROM runs AS other WHERE other.state = 'queued' AND other.rank < runs.rank) AS position
       FROM runs WHERE id = ? AND state = 'queued'`,
      id,
    );
    return row && Number(row.position);
  }

  /** Puts a waiting run at that place of the queue, the last one where the queue is shorter. False where it does not wait. */
  move(id: string, position: number): boolean {
    const ids = this.queued().filter((other) => other !== id);
    if (this.position(id) === undefined) return false;
    ids.splice(position, 0, id);
    this.#database.transaction(() => {
      ids.forEach((one, rank) => {
        this.#run("UPDATE runs SET rank = ? WHERE id = ?", rank, one);
      });
    });
    this.#tellWaiting();
    return true;
  }

  /** Takes the next run to be begun. It counts as running from now on, and this as one more attempt. */
  claim(): ClaimedRun | undefined {
    const row = this.#get(
      `UPDATE runs SET state = 'running', attempts = attempts + 1, started = coalesce(started, ?), rank = NULL
       WHERE n = (SELECT n FROM runs WHERE state = 'queued' ORDER BY rank LIMIT 1) RETURNING n, id, fresh, attempts`,
      Date.now(),
    );
    if (!row) return undefined;
    const id = String(row.id);
    const checked = this.#get("SELECT body FROM checked WHERE run = ?", row.n!);
    this.onChange(id);
    this.#tellWaiting();
    return {
      id,
      fresh: row.fresh === 1,
      attempts: Number(row.attempts),
      checked: checked?.body as Uint8Array | undefined,
    };
  }

  /** Forgets what was checked: by a server that ended, whose packs and node types may have been others. */
  forgetChecked(): void {
    this.#run("DELETE FROM checked");
  }

  /** Puts a run that was begun back, before all others. */
  putBack(id: string, because: string): void {
    this.#run(
      `UPDATE runs SET state = 'queued',
         rank = coalesce((SELECT min(rank) FROM runs WHERE state = 'queued'), 1) - 1 WHERE id = ?`,
      id,
    );
    this.append(id, { event: "notice", message: because });
  }

  /** Ids of the runs that count as running: after a start, those that the last server left behind. */
  running(): readonly string[] {
    return this.#all("SELECT id FROM runs WHERE state = 'running' ORDER BY n").map(({ id }) => String(id));
  }

  /** Adds to the log of a run, and to what the log decides: state, error, outputs, which pictures are in use. */
  append(id: string, entry: LogEntry, time = Date.now()): LoggedEvent | undefined {
    const event = this.#database.transaction(() => this.#append(id, entry, time));
    if (!event) return undefined;
    this.onEvent(event);
    this.onChange(id);
    return event;
  }

  #append(id: string, entry: LogEntry, time: number): LoggedEvent | undefined {
    const row = this.#get("SELECT n, seq FROM runs WHERE id = ?", id);
    if (!row) return undefined;
    const seq = Number(row.seq) + 1;
    if (seq > maxEvents && (entry.event === "node.progress" || entry.event === "node.preview")) return undefined;
    if (entry.event === "run.output" && !this.#addOutput(Number(row.n), entry.output)) return undefined;
    const event = { ...entry, seq, run: id, time } as LoggedEvent;
    this.#run("INSERT INTO events (run, seq, body) VALUES (?, ?, ?)", row.n!, seq, JSON.stringify(event));
    this.#run("UPDATE runs SET seq = ? WHERE n = ?", seq, row.n!);
    this.#keeper.refer(`run ${id}`, hashesIn(event));
    if (event.event === "node.failed")
      this.#run("UPDATE runs SET error = coalesce(error, ?) WHERE n = ?", `${event.node}: ${event.message}`, row.n!);
    const state = endOf(event);
    if (state) {
      this.#run("UPDATE runs SET state = ?, ended = ?, rank = NULL WHERE n = ?", state, time, row.n!);
      this.#run("DELETE FROM checked WHERE run = ?", row.n!);
    }
    return event;
  }

  /** False where the run gave that very picture before: a run that is begun again repeats what it had told. */
  #addOutput(run: number, output: RunOutput): boolean {
    const { changes } = this.#run(
      `INSERT INTO outputs (run, node, item, body) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET body = excluded.body WHERE body <> excluded.body`,
      run,
      output.node,
      output.item,
      JSON.stringify(output),
    );
    return changes > 0;
  }

  /** Ends a run without more of its events, for a reason that is the host's. */
  fail(id: string, message: string): void {
    this.#run("UPDATE runs SET error = coalesce(error, ?) WHERE id = ?", message, id);
    this.append(id, { event: "notice", message });
    this.append(id, { event: "run.failed", executed: 0, cached: 0, outputs: [], ms: 0 });
  }

  /** The events after that number, oldest first, at most `limit`. */
  events(id: string, after: number, limit: number): readonly LoggedEvent[] {
    return this.#all(
      "SELECT body FROM events WHERE run = (SELECT n FROM runs WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?",
      id,
      after,
      limit,
    ).map(({ body }) => JSON.parse(String(body)));
  }

  /** The number of the newest event; undefined where there is no such run. */
  seq(id: string): number | undefined {
    const row = this.#get("SELECT seq FROM runs WHERE id = ?", id);
    return row && Number(row.seq);
  }

  /** Forgets a run that is not running. Its pictures go when nothing else refers to them. */
  remove(id: string): void {
    this.#database.transaction(() => {
      this.#run("DELETE FROM events WHERE run = (SELECT n FROM runs WHERE id = ?)", id);
      this.#run("DELETE FROM outputs WHERE run = (SELECT n FROM runs WHERE id = ?)", id);
      this.#run("DELETE FROM checked WHERE run = (SELECT n FROM runs WHERE id = ?)", id);
      this.#run("DELETE FROM requests WHERE run = (SELECT n FROM runs WHERE id = ?)", id);
      this.#run("DELETE FROM runs WHERE id = ?", id);
      this.#keeper.release(`run ${id}`);
    });
    this.#tellWaiting();
    this.onGone(id);
  }

  /** Forgets the oldest of the ended runs beyond the newest `keep`, some hundreds at a time: others want the database too. */
  removeOldest(keep: number): void {
    const old = this.#all("SELECT id FROM runs WHERE ended IS NOT NULL ORDER BY n DESC LIMIT 500 OFFSET ?", keep);
    for (const { id } of old) this.remove(String(id));
  }

  /** The places of those that wait have changed; of the many behind them nobody needs to know at once. */
  #tellWaiting(): void {
    for (const id of this.queued(toldWaiting)) this.onChange(id);
  }

  #read(row: Row): RunRecord {
    const outputs = this.#all("SELECT body FROM outputs WHERE run = ? ORDER BY node, item", row.n!);
    return {
      id: String(row.id),
      state: row.state as RunState,
      title: String(row.title),
      fresh: row.fresh === 1,
      created: Number(row.created),
      attempts: Number(row.attempts),
      seq: Number(row.seq),
      outputs: outputs.map(({ body }) => JSON.parse(String(body))),
      ...(row.workflow === null ? {} : { workflow: String(row.workflow) }),
      ...(row.started === null ? {} : { started: Number(row.started) }),
      ...(row.ended === null ? {} : { ended: Number(row.ended) }),
      ...(row.error === null ? {} : { error: String(row.error) }),
    };
  }

  #statement(text: string): StatementSync {
    const known = this.#statements.get(text) ?? this.#database.sql.prepare(text);
    this.#statements.set(text, known);
    return known;
  }

  #get(text: string, ...values: (string | number | Uint8Array | null)[]): Row | undefined {
    return this.#statement(text).get(...values) as Row | undefined;
  }

  #all(text: string, ...values: (string | number | Uint8Array | null)[]): Row[] {
    return this.#statement(text).all(...values) as Row[];
  }

  #run(text: string, ...values: (string | number | Uint8Array | null)[]): ReturnType<StatementSync["run"]> {
    return this.#statement(text).run(...values);
  }
}

/** The pictures that an event names. */
function hashesIn(event: LoggedEvent): Hash[] {
  if (event.event === "run.output") return [event.output.picture, event.output.thumbnail];
  const named = event.event === "node.preview" || event.event === "node.value";
  return named && event.view.kind === "picture" ? [event.view.picture] : [];
}
