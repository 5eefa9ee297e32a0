import { randomUUID } from "node:crypto";
import type { Problem } from "@clipwork/engine";
import type { ArtifactStore } from "../artifacts/port.ts";
import { Refusal } from "../artifacts/refusal.ts";
import type { Checker } from "../checker/checker.ts";
import type { AcceptedDocument, CheckRequest } from "../checker/checker-protocol.ts";
import { JsonBytes } from "../files/json-bytes.ts";
import { type PackedJson, packJson, unpackBytes } from "../files/packed-json.ts";
import type { RunSummary } from "../wire/wire.ts";
import type { WorkflowStore } from "../workflows/workflow-store.ts";
import { runOwner } from "./artifacts-of.ts";
import type { CurrentRun } from "./current-run.ts";
import type { Forecast } from "./forecast.ts";
import type { Place, Places } from "./places.ts";
import type { RunFilter, RunQueue, RunRecord, RunSettings, StoredRun } from "./port.ts";

/** Runs that may wait. */
export const maxQueued = 10_000;

const nothing = packJson("null");

/** A run as it is submitted. */
export type Submission = {
  /** The saved workflow if it is left out or null. */
  readonly document?: PackedJson | undefined;
  readonly workflow?: string | undefined;
  readonly set?: RunSettings | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly fresh?: boolean | undefined;
  readonly first?: boolean | undefined;
};

type Parts = {
  readonly queue: RunQueue;
  readonly checker: Pick<Checker, "check">;
  readonly workflows: Pick<WorkflowStore, "document">;
  readonly artifacts: Pick<ArtifactStore, "refer" | "release" | "hold">;
  readonly forecast: Forecast;
  readonly current: CurrentRun;
  readonly places: Places;
};

/** What people do with runs: submit, forecast, read, cancel, move and remove them. */
export class Runs {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Checks what is to be run and puts it in the queue. Returns a `RunDetail`. Throws a Refusal with the problems if it cannot be run. */
  async submit(asked: Submission): Promise<JsonBytes> {
    const { queue, artifacts } = this.#parts;
    const { workflow, set = {}, targets, fresh = false, first = false } = asked;
    if ((await queue.countWaiting()) >= maxQueued)
      throw new Refusal("full", `${maxQueued} runs are waiting already.`, "Wait until some are done, or delete some.");
    const id = randomUUID();
    // Nothing that it names is removed between its check and its submission.
    const free = await artifacts.hold();
    try {
      const { document, accepted, problems: warnings } = await this.#check(asked, true);
      const { title, assets, checked, outlook } = accepted;
      const request = { title, workflow, document, set, targets, fresh, warnings, kinds: outlook!.kinds };
      await artifacts.refer(runOwner(id), assets);
      await queue.submit(id, request, checked!, first ? "first" : "last").catch(async (error) => {
        await artifacts.release(runOwner(id));
        throw error;
      });
    } finally {
      free();
    }
    return this.detail(id);
  }

  /** A `ForecastReply`: what such a run would do if it began now. Queues nothing. Throws a Refusal if it cannot be run. */
  async foresee(asked: Submission): Promise<JsonBytes> {
    const { accepted } = await this.#check(asked, false);
    const { nodes, kinds } = accepted.outlook!;
    const ms = this.#parts.forecast.msOfAll(kinds);
    return JsonBytes.of(ms === undefined ? {} : { ms }, { nodes: nodes! });
  }

  /** Submits the same again, as a run of its own. */
  async retry(id: string): Promise<JsonBytes> {
    const { document, workflow, set, targets, fresh } = await this.#find(id);
    return this.submit({ document, workflow, set, targets, fresh });
  }

  /** Cancels a run, at its next step if it runs. Throws a Refusal if it has ended in another way. */
  async cancel(id: string): Promise<JsonBytes> {
    const asked = await this.#parts.queue.cancel(id);
    const { state } = await this.record(id);
    if (!asked && state !== "cancelled")
      throw new Refusal("conflict", `The run has ${state} already.`, "There is nothing left to cancel.");
    return this.detail(id);
  }

  /** Gives a waiting run another place. Throws a Refusal if it does not wait. */
  async move(id: string, position: number): Promise<JsonBytes> {
    const moved = await this.#parts.queue.move(id, position);
    const { state } = await this.record(id);
    if (!moved)
      throw new Refusal("conflict", `The run is ${state}, and only a waiting run has a place.`, "Leave it as it is.");
    return this.detail(id);
  }

  /** Removes a run. Throws a Refusal if it is running. */
  async remove(id: string): Promise<void> {
    await this.record(id);
    if (await this.#parts.queue.remove(id)) return;
    throw new Refusal("conflict", "The run is running.", "Cancel it first, then delete it.");
  }

  /** A `RunDetail`. Throws a Refusal if there is no such run. */
  async detail(id: string): Promise<JsonBytes> {
    const run = await this.#find(id);
    const { document, set, targets, warnings, seq } = run;
    const summary = this.#summarize(run, await this.#placeOf(run));
    const fields = { ...summary, set, warnings, seq, ...(targets ? { targets } : {}) };
    return JsonBytes.of(fields, { document: await unpackBytes(document) });
  }

  /** A run as lists show it; undefined if there is none. */
  async summary(id: string): Promise<RunSummary | undefined> {
    const run = await this.#parts.queue.record(id);
    return run && this.#summarize(run, await this.#placeOf(run));
  }

  /** Newest first. `next` is the cursor of the page after this one. */
  async list(filter: RunFilter): Promise<{ readonly runs: readonly RunSummary[]; readonly next?: number }> {
    const { queue, places } = this.#parts;
    const { runs, ...next } = await queue.list(filter);
    const all = runs.some(({ state }) => state === "queued") ? await places.all() : new Map<string, Place>();
    return { runs: runs.map((run) => this.#summarize(run, all.get(run.id))), ...next };
  }

  /** The state of a run. Throws a Refusal if there is none. */
  async record(id: string): Promise<RunRecord> {
    return (await this.#parts.queue.record(id)) ?? noRun(id);
  }

  async #find(id: string): Promise<StoredRun> {
    return (await this.#parts.queue.find(id)) ?? noRun(id);
  }

  async #check(
    { document: given, workflow, set = {}, targets, fresh = false }: Submission,
    order: boolean,
  ): Promise<{ document: PackedJson; accepted: AcceptedDocument; problems: readonly Problem[] }> {
    const { workflows, checker } = this.#parts;
    const saved = workflow === undefined ? undefined : workflows.document(workflow);
    const document = (given && Buffer.compare(given, nothing) !== 0 ? given : saved) ?? nothing;
    const want: CheckRequest["want"] = { order, outlook: { fresh, states: !order } };
    const { accepted, problems } = await checker.check({ document, set, targets, want });
    if (!accepted) throw new Refusal("invalid", "The workflow cannot be run.", "Mend what is listed.", problems);
    return { document, accepted, problems };
  }

  async #placeOf({ id, state }: RunRecord): Promise<Place | undefined> {
    return state === "queued" ? this.#parts.places.of(id) : undefined;
  }

  #summarize(run: RunRecord, place: Place | undefined): RunSummary {
    const { id, state, title, workflow, created, started, ended, error, outputs } = run;
    const rest = Object.entries({ workflow, started, ended, error }).filter(([, value]) => value !== undefined);
    const summary = { id, state, title, created, outputs, ...Object.fromEntries(rest) };
    if (state === "queued") return { ...summary, ...place };
    const progress = state === "running" ? this.#parts.current.progressOf(id) : undefined;
    if (!progress) return summary;
    const msLeft = progress.msLeft();
    return { ...summary, progress: progress.counts(), ...(msLeft === undefined ? {} : { msLeft }) };
  }
}

function noRun(id: string): never {
  throw new Refusal("unknown", `There is no run ${id}.`, "List the runs to see which there are.");
}
