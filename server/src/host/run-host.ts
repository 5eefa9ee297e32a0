import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Problem, readDocument, type WorkflowJson } from "@clipwork/engine";
import type { LoggedEvent, RunDetail, RunSummary } from "../http/wire.ts";
import { type ArtifactFiles, artifactFiles } from "./artifact-files.ts";
import { findAssets } from "./asset-files.ts";
import { openDataFolder, valuesBudget, valuesFolder } from "./data-folder.ts";
import { Database } from "./database.ts";
import { diskStore } from "./disk-store.ts";
import { Dispatcher, type Frame } from "./dispatcher.ts";
import { Forecast } from "./forecast.ts";
import { PackShelf } from "./pack-shelf.ts";
import { type PreparedRun, prepareDocument } from "./prepare-run.ts";
import { RunProgress } from "./run-progress.ts";
import { type RunFilter, RunStore, type StoredRun } from "./run-store.ts";
import type { Setup } from "./setup.ts";
import type { Worker } from "./worker.ts";

/** Runs that may wait. */
export const maxQueued = 10_000;

/** Why something that was asked for is not done. */
export class Refusal extends Error {
  readonly reason: "unknown" | "conflict" | "invalid" | "full";
  readonly remedy: string;
  readonly problems: readonly Problem[] | undefined;

  constructor(reason: Refusal["reason"], message: string, remedy: string, problems?: readonly Problem[]) {
    super(message);
    this.reason = reason;
    this.remedy = remedy;
    this.problems = problems;
  }
}

export type Submission = {
  readonly document: unknown;
  readonly workflow?: string | undefined;
  readonly set?: { readonly [name: string]: string | number | boolean } | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly fresh?: boolean | undefined;
  readonly first?: boolean | undefined;
};

export type HostListener = {
  event(event: LoggedEvent): void;
  frame(frame: Frame): void;
  changed(run: string): void;
  gone(run: string): void;
};

/** All that a server does with runs, whoever asks: takes them, has them run one after the other, and tells what happens. */
export class RunHost {
  readonly packs: PackShelf;
  readonly artifacts: ArtifactFiles;
  readonly database: Database;
  readonly store: RunStore;
  readonly worker: Worker;
  readonly setup: Setup;
  readonly #dispatcher: Dispatcher;
  readonly #forecast: Forecast;
  readonly #listeners = new Set<HostListener>();
  #progress: { readonly id: string; readonly progress: RunProgress } | undefined;

  /** Throws FolderInUse where another server has the folder. */
  constructor(options: {
    readonly data: string;
    readonly setup: Setup;
    readonly worker: Worker;
    readonly onFault: (run: string, error: unknown) => void;
  }) {
    const { data, setup, worker, onFault } = options;
    const artifacts = join(data, "artifacts");
    const values = valuesFolder(data);
    this.database = new Database(data);
    this.artifacts = artifactFiles(artifacts);
    this.packs = new PackShelf(setup.packRoots);
    this.worker = worker;
    this.setup = setup;
    this.#forecast = new Forecast(this.database);
    this.store = new RunStore(this.database);
    this.store.onEvent = (event) => this.#tell((listener) => listener.event(event));
    this.store.onChange = (run) => this.#tell((listener) => listener.changed(run));
    this.store.onGone = (run) => this.#tell((listener) => listener.gone(run));
    this.#dispatcher = new Dispatcher({
      store: this.store,
      worker,
      values,
      artifacts,
      onFault,
      prepare: ({ document, set, targets }) => this.#prepare(document, set, targets),
      onFrame: (frame) => this.#tell((listener) => listener.frame(frame)),
      onCurrent: (run) => {
        this.#progress = run && { id: run.id, progress: new RunProgress(run.prepared, this.#forecast) };
      },
      onEvent: (event) => this.#progress?.progress.record(event),
      onRest: async () => {
        await diskStore(values).trim(valuesBudget);
      },
    });
  }

  /** Takes up what the last server left, and begins. */
  async open(data: string): Promise<void> {
    await openDataFolder(data);
    rmSync(join(data, "uploads"), { recursive: true, force: true });
    this.#dispatcher.recover();
    this.#dispatcher.wake();
  }

  /** Hears all that happens from now on. Gives the function that ends it. */
  listen(listener: HostListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Checks what is to be run and puts it in the queue. Throws a Refusal with the problems where it cannot be run. */
  async submit(asked: Submission): Promise<RunDetail> {
    const { document: json, workflow, set = {}, targets, fresh = false, first = false } = asked;
    if (this.store.queued().length >= maxQueued)
      throw new Refusal("full", `${maxQueued} runs are waiting already.`, "Wait until some are done, or delete some.");
    const { prepared, problems } = await this.#prepare(json, set, targets);
    if (!prepared) throw new Refusal("invalid", "The workflow cannot be run.", "Mend what is listed.", problems);
    const document = json as WorkflowJson;
    const title = String(document.meta?.title ?? "").slice(0, 200) || "Untitled";
    const run = this.store.submit({ title, workflow, document, set, targets, fresh, warnings: problems }, first);
    this.#dispatcher.wake();
    return this.#detail(this.store.find(run.id)!);
  }

  /** Runs the same once more, as a run of its own. */
  async retry(id: string): Promise<RunDetail> {
    const { document, workflow, set, targets, fresh } = this.#find(id);
    return this.submit({ document, workflow, set, targets, fresh });
  }

  cancel(id: string): RunDetail {
    const { state } = this.#find(id);
    if (!this.#dispatcher.cancel(id) && state !== "cancelled")
      throw new Refusal("conflict", `The run has ${state} already.`, "There is nothing left to cancel.");
    return this.detail(id);
  }

  move(id: string, position: number): RunDetail {
    const { state } = this.#find(id);
    if (!this.store.move(id, position))
      throw new Refusal("conflict", `The run is ${state}, and only a waiting run has a place.`, "Leave it as it is.");
    return this.detail(id);
  }

  remove(id: string): void {
    const { state } = this.#find(id);
    if (state === "running") throw new Refusal("conflict", "The run is running.", "Cancel it first, then delete it.");
    this.store.remove(id);
  }

  detail(id: string): RunDetail {
    return this.#detail(this.#find(id));
  }

  /** What is told of a run in lists; undefined where there is none. */
  summary(id: string): RunSummary | undefined {
    const run = this.store.find(id);
    return run && this.#summary(run);
  }

  list(filter: RunFilter): { readonly runs: readonly RunSummary[]; readonly next?: number } {
    const { runs, ...next } = this.store.list(filter);
    return { runs: runs.map((run) => this.#summary(run)), ...next };
  }

  async close(): Promise<void> {
    await this.#dispatcher.close();
    this.database.close();
  }

  #find(id: string): StoredRun {
    const run = this.store.find(id);
    if (run) return run;
    throw new Refusal("unknown", `There is no run ${id}.`, "List the runs to see which there are.");
  }

  async #prepare(
    json: unknown,
    settings: { readonly [name: string]: unknown },
    targets: readonly string[] | undefined,
  ): Promise<{ prepared?: PreparedRun; problems: readonly Problem[] }> {
    const { document, problems } = readDocument(json);
    if (!document) return { problems };
    return prepareDocument(document, {
      settings,
      targets,
      setup: this.setup,
      findPacks: (names) => this.packs.load(names),
      findFiles: (names) => findAssets(names, this.artifacts),
    });
  }

  #detail(run: StoredRun): RunDetail {
    const { document, set, targets, warnings, seq } = run;
    return { ...this.#summary(run), document, set, warnings, seq, ...(targets ? { targets } : {}) };
  }

  #summary(run: StoredRun): RunSummary {
    const {
      document: _,
      set: __,
      targets: ___,
      warnings: ____,
      seq: _____,
      attempts: ______,
      fresh: _______,
      ...rest
    } = run;
    if (run.state === "queued") return { ...rest, position: this.store.position(run.id) ?? 0 };
    if (run.state !== "running" || this.#progress?.id !== run.id) return rest;
    const msLeft = this.#progress.progress.msLeft();
    return { ...rest, progress: this.#progress.progress.counts(), ...(msLeft === undefined ? {} : { msLeft }) };
  }

  #tell(how: (listener: HostListener) => void): void {
    for (const listener of this.#listeners) how(listener);
  }
}
