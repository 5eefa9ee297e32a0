import { rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Problem } from "@clipwork/engine";
import { type ArtifactFiles, artifactFiles } from "../artifacts/artifact-files.ts";
import { ArtifactKeeper } from "../artifacts/artifact-keeper.ts";
import { Refusal } from "../artifacts/refusal.ts";
import { UploadStore } from "../artifacts/upload-store.ts";
import type { Checker } from "../checker/checker.ts";
import type { AcceptedDocument, CheckRequest, KindCounts } from "../checker/checker-protocol.ts";
import { openDataFolder, valuesBudget, valuesFolder } from "../data-folder/data-folder.ts";
import { Database } from "../data-folder/database.ts";
import { JsonText } from "../files/json-text.ts";
import type { BareSetup } from "../installed/bare-setup.ts";
import { type DiskStore, diskStore } from "../values/disk-store.ts";
import type { Hash, LoggedEvent, RunSummary } from "../wire/wire.ts";
import type { Worker } from "../worker/worker.ts";
import { Dispatcher, type Frame } from "./dispatcher.ts";
import { Forecast } from "./forecast.ts";
import { RunProgress } from "./run-progress.ts";
import { type RunFilter, type RunRecord, RunStore, type StoredRun } from "./run-store.ts";
import { WorkflowStore } from "./workflow-store.ts";

/** Of the runs that wait, this many are forecast. */
const maxForecast = 20;
/** Runs that may wait. */
export const maxQueued = 10_000;

export type Submission = {
  /** A workflow as JSON text; the saved one where it is left out. */
  readonly document?: string | undefined;
  readonly workflow?: string | undefined;
  readonly set?: { readonly [name: string]: string | number | boolean } | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly fresh?: boolean | undefined;
  readonly first?: boolean | undefined;
};

/** A waiting run's place, and how long it, what runs now and what waits before it will take together. */
type Place = { readonly position: number; readonly msLeft?: number };

export type HostListener = {
  event(event: LoggedEvent): void;
  frame(frame: Frame): void;
  changed(run: string): void;
  gone(run: string): void;
};

/** All that a server does with runs, whoever asks: takes them, has them run one after the other, and tells what happens. */
export class RunHost {
  readonly checker: Checker;
  readonly artifacts: ArtifactFiles;
  readonly keeper: ArtifactKeeper;
  readonly database: Database;
  readonly store: RunStore;
  readonly workflows: WorkflowStore;
  readonly uploads: UploadStore;
  readonly worker: Worker;
  readonly setup: BareSetup;
  readonly #dispatcher: Dispatcher;
  readonly #forecast: Forecast;
  readonly #values: DiskStore;
  readonly #listeners = new Set<HostListener>();
  /** The kinds of work in the runs that wait and are forecast. */
  #kinds: ReadonlyMap<string, KindCounts> = new Map();
  #opened = false;
  /** Values were added since the store was last trimmed. */
  #grown = false;
  #progress: { readonly id: string; readonly progress: RunProgress } | undefined;

  /** Throws FolderInUse where another server has the folder. */
  constructor(options: {
    readonly data: string;
    readonly setup: BareSetup;
    readonly checker: Checker;
    readonly worker: Worker;
    readonly onFault: (run: string, error: unknown) => void;
  }) {
    const { data, setup, checker, worker, onFault } = options;
    const artifacts = join(data, "artifacts");
    const values = valuesFolder(data);
    this.#values = diskStore(values);
    this.database = new Database(data);
    this.artifacts = artifactFiles(artifacts);
    this.checker = checker;
    this.worker = worker;
    this.setup = setup;
    this.#forecast = new Forecast(this.database);
    this.keeper = new ArtifactKeeper(this.database, this.artifacts);
    this.store = new RunStore(this.database, this.keeper);
    this.workflows = new WorkflowStore(this.database, this.keeper);
    const { database, keeper } = this;
    this.uploads = new UploadStore({ folder: join(data, "uploads"), database, artifacts: this.artifacts, keeper });
    this.store.onEvent = (event) => this.#tell((listener) => listener.event(event));
    this.store.onChange = (run) => this.#tell((listener) => listener.changed(run));
    this.store.onGone = (run) => this.#tell((listener) => listener.gone(run));
    this.#dispatcher = new Dispatcher({
      store: this.store,
      worker,
      values,
      artifacts,
      onFault,
      check: async (id) => {
        const { document, set, targets } = this.#find(id);
        const { accepted, problems } = await checker.check({ document, set, targets, want: { order: true } });
        return { ...(accepted && { checked: accepted.checked! }), problems };
      },
      onFrame: (frame) => this.#tell((listener) => listener.frame(frame)),
      onCurrent: (run) => {
        this.#progress = run && {
          id: run.id,
          progress: new RunProgress(run.outlook, this.#forecast),
        };
      },
      onEvent: (event, view) => {
        this.#progress?.progress.record(event, view);
        if ("executed" in event && event.executed > 0) this.#grown = true;
      },
      onRest: async () => {
        if (this.#grown) await this.#values.trim(valuesBudget);
        this.#grown = false;
        if (setup.keepRuns) this.store.removeOldest(setup.keepRuns);
        await this.keeper.sweep();
      },
    });
  }

  /** Whether runs can be carried out: a worker that was lost comes back with the next run. */
  get status(): "ok" | "starting" | "worker-lost" {
    if (!this.#opened) return "starting";
    return this.worker.pid === undefined ? "worker-lost" : "ok";
  }

  /** Takes up what the last server left, and begins. */
  async open(data: string): Promise<void> {
    await openDataFolder(data);
    this.worker.boot();
    this.#opened = true;
    rmSync(join(data, "uploads"), { recursive: true, force: true });
    this.#dispatcher.recover();
    this.#dispatcher.wake();
    void this.keeper.findLeftovers().then(() => this.#sweepAtRest());
  }

  /** Hears all that happens from now on. Gives the function that ends it. */
  listen(listener: HostListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Checks what is to be run and puts it in the queue. Throws a Refusal with the problems where it cannot be run. */
  async submit(asked: Submission): Promise<JsonText> {
    const { workflow, set = {}, targets, fresh = false, first = false } = asked;
    if (this.store.queued().length >= maxQueued)
      throw new Refusal("full", `${maxQueued} runs are waiting already.`, "Wait until some are done, or delete some.");
    const { document, accepted, problems } = await this.#check(asked, true);
    const { title, assets, checked, outlook } = accepted;
    const request = {
      title,
      workflow,
      document,
      set,
      targets,
      fresh,
      warnings: problems,
      kinds: outlook!.kinds,
      assets,
    };
    const id = this.store.submit(request, checked!, first);
    this.#dispatcher.wake();
    // To store a large document and to send it back takes a while each: others are answered in between.
    await setImmediate();
    return this.detail(id);
  }

  /** What such a run would do if it began now. Queues nothing. Throws a Refusal where it cannot be run. */
  async foresee(asked: Submission): Promise<JsonText> {
    const { accepted } = await this.#check(asked, false);
    const { nodes, kinds } = accepted.outlook!;
    const ms = this.#forecast.msOfAll(kinds);
    return JsonText.of(ms === undefined ? {} : { ms }, { nodes });
  }

  /** Runs the same once more, as a run of its own. */
  async retry(id: string): Promise<JsonText> {
    const { document, workflow, set, targets, fresh } = this.#find(id);
    return this.submit({ document, workflow, set, targets, fresh });
  }

  cancel(id: string): JsonText {
    const { state } = this.record(id);
    if (!this.#dispatcher.cancel(id) && state !== "cancelled")
      throw new Refusal("conflict", `The run has ${state} already.`, "There is nothing left to cancel.");
    return this.detail(id);
  }

  move(id: string, position: number): JsonText {
    const { state } = this.record(id);
    if (!this.store.move(id, position))
      throw new Refusal("conflict", `The run is ${state}, and only a waiting run has a place.`, "Leave it as it is.");
    return this.detail(id);
  }

  remove(id: string): void {
    const { state } = this.record(id);
    if (state === "running") throw new Refusal("conflict", "The run is running.", "Cancel it first, then delete it.");
    this.store.remove(id);
    this.#sweepAtRest();
  }

  removeWorkflow(id: string): void {
    this.workflows.remove(id);
    this.#sweepAtRest();
  }

  removeUpload(hash: Hash): void {
    this.uploads.remove(hash);
    this.#sweepAtRest();
  }

  /** Removes pictures that nothing uses, now or when the run under way has ended. */
  #sweepAtRest(): void {
    if (!this.#dispatcher.busy) void this.keeper.sweep();
  }

  /** A `RunDetail`. Throws a Refusal where there is no such run. */
  detail(id: string): JsonText {
    const run = this.#find(id);
    const { document, set, targets, warnings, seq } = run;
    const summary = this.#summary(run, this.#placeOf(run));
    return JsonText.of({ ...summary, set, warnings, seq, ...(targets ? { targets } : {}) }, { document });
  }

  /** What is told of a run in lists; undefined where there is none. */
  summary(id: string): RunSummary | undefined {
    const run = this.store.record(id);
    return run && this.#summary(run, this.#placeOf(run));
  }

  list(filter: RunFilter): { readonly runs: readonly RunSummary[]; readonly next?: number } {
    const { runs, ...next } = this.store.list(filter);
    const places = runs.some(({ state }) => state === "queued") ? this.#places(this.store.queued()) : new Map();
    return { runs: runs.map((run) => this.#summary(run, places.get(run.id))), ...next };
  }

  async close(): Promise<void> {
    await this.#dispatcher.close();
    this.uploads.close();
    this.database.close();
  }

  /** What is stored of a run beside what was asked for. Throws a Refusal where there is none. */
  record(id: string): RunRecord {
    return this.store.record(id) ?? noRun(id);
  }

  #find(id: string): StoredRun {
    return this.store.find(id) ?? noRun(id);
  }

  async #check(
    { document: given, workflow, set = {}, targets, fresh = false }: Submission,
    order: boolean,
  ): Promise<{ document: string; accepted: AcceptedDocument; problems: readonly Problem[] }> {
    const saved = workflow === undefined ? undefined : this.workflows.document(workflow);
    const document = (given === "null" ? undefined : given) ?? saved ?? "null";
    const want: CheckRequest["want"] = { order, outlook: fresh ? "fresh" : "kept" };
    const { accepted, problems } = await this.checker.check({ document, set, targets, want });
    if (!accepted) throw new Refusal("invalid", "The workflow cannot be run.", "Mend what is listed.", problems);
    return { document, accepted, problems };
  }

  #summary(run: RunRecord, place: Place | undefined): RunSummary {
    const { id, state, title, workflow, created, started, ended, error, outputs } = run;
    const rest = Object.entries({ workflow, started, ended, error }).filter(([, value]) => value !== undefined);
    const summary = { id, state, title, created, outputs, ...Object.fromEntries(rest) };
    if (state === "queued") return { ...summary, ...place };
    if (state !== "running" || this.#progress?.id !== id) return summary;
    const msLeft = this.#progress.progress.msLeft();
    return { ...summary, progress: this.#progress.progress.counts(), ...(msLeft === undefined ? {} : { msLeft }) };
  }

  #placeOf({ id, state }: RunRecord): Place | undefined {
    const position = state === "queued" ? this.store.position(id) : undefined;
    if (position === undefined) return undefined;
    return position < maxForecast ? this.#places(this.store.queued(position + 1)).get(id) : { position };
  }

  /** The places of runs that wait, which are given in their order from the first. */
  #places(waiting: readonly string[]): ReadonlyMap<string, Place> {
    const places = new Map<string, Place>();
    const kinds = new Map<string, KindCounts>();
    let msLeft = this.#progress ? this.#progress.progress.msLeft() : 0;
    for (const [position, id] of waiting.entries()) {
      if (position >= maxForecast) {
        places.set(id, { position });
        continue;
      }
      const known = this.#kinds.has(id) ? this.#kinds.get(id)! : this.store.kinds(id);
      kinds.set(id, known);
      const ms = this.#forecast.msOfAll(known);
      msLeft = ms === undefined || msLeft === undefined ? undefined : msLeft + ms;
      places.set(id, msLeft === undefined ? { position } : { position, msLeft });
    }
    this.#kinds = kinds;
    return places;
  }

  #tell(how: (listener: HostListener) => void): void {
    for (const listener of this.#listeners) how(listener);
  }
}

function noRun(id: string): never {
  throw new Refusal("unknown", `There is no run ${id}.`, "List the runs to see which there are.");
}
