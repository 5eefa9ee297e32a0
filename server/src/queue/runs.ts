import { randomUUID } from "node:crypto";
import type { Problem, Unusable } from "@clipwork/engine";
import type { ArtifactStore } from "../artifacts/port.ts";
import { Refusal } from "../artifacts/refusal.ts";
import type { Checker } from "../checker/checker.ts";
import type { AcceptedDocument, CheckRequest, KindCounts } from "../checker/checker-protocol.ts";
import { type Room, writeTrouble } from "../data-folder/room.ts";
import { lackOf } from "../documents/needs.ts";
import { JsonBytes } from "../files/json-bytes.ts";
import { type PackedJson, packJson, unpackBytes } from "../files/packed-json.ts";
import type { UnderWay } from "../forecast/current-runs.ts";
import type { Forecast } from "../forecast/forecast.ts";
import type { Priority, QueueHead, QueueReply, RunSummary } from "../wire/wire.ts";
import type { WorkflowStore } from "../workflows/workflow-store.ts";
import { Arrivals } from "./arrivals.ts";
import { runOwner } from "./artifacts-of.ts";
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
  readonly priority?: Priority | undefined;
  readonly passing?: string | undefined;
  /** Who submits it, by the name of the token; left out for the server's own. */
  readonly owner?: string | undefined;
};

type Parts = {
  readonly queue: RunQueue;
  readonly checker: Pick<Checker, "check">;
  readonly workflows: Pick<WorkflowStore, "document">;
  readonly artifacts: Pick<ArtifactStore, "refer" | "release" | "hold">;
  readonly forecast: Forecast;
  readonly current: UnderWay;
  readonly places: Places;
  /** Why no run begins, although the queue may not be paused. */
  readonly held: () => Unusable | undefined;
  /** The room on the disk that runs write to; absent if that is not this machine's. */
  readonly room?: () => Promise<Room>;
  /** A run is put in the queue; `queued` is rejected if it does not come there. */
  readonly onQueue?: (run: string, queued: Promise<unknown>) => void;
};

/** What people do with runs: submit, forecast, read, cancel, move and remove them. */
export class Runs {
  readonly #parts: Parts;
  /** The submissions in passing. */
  readonly #passing = new Arrivals();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Checks what is to be run and puts it in the queue. Returns a `RunDetail`. Throws a Refusal with the problems if it cannot be run, and for
   * one in passing if another of its name that came later is in the queue already. `id` is that of no other run.
   */
  async submit(asked: Submission, id: string = randomUUID()): Promise<JsonBytes> {
    const arrival = asked.passing === undefined ? undefined : this.#passing.begin(asked.passing);
    try {
      return await this.#submit(asked, id, () => arrival?.take() ?? true);
    } finally {
      arrival?.end();
    }
  }

  /** `take` is called when it is about to be put in the queue, and returns false if it is outdated. */
  async #submit(asked: Submission, id: string, take: () => boolean): Promise<JsonBytes> {
    const { queue, artifacts } = this.#parts;
    const { workflow, set = {}, targets, fresh = false, first = false, passing, owner } = asked;
    const priority = passing === undefined ? (asked.priority ?? "normal") : "low";
    if ((await queue.countWaiting()) >= maxQueued)
      throw new Refusal("full", `${maxQueued} runs are waiting already.`, "Wait until some are done, or delete some.");
    // Nothing that it names is removed between its check and its submission.
    const free = await artifacts.hold();
    try {
      const { document, accepted, problems: warnings } = await this.#check(asked, true);
      const { title, assets, checked, needs, outlook, caption, seed } = accepted;
      const kinds = outlook!.kinds;
      await this.#refuseIfTooLarge(asked, kinds);
      const request = {
        title,
        workflow,
        document,
        set,
        targets,
        fresh,
        warnings,
        kinds,
        needs,
        priority,
        caption,
        seed,
        passing,
        owner,
      };
      await artifacts.refer(runOwner(id), assets);
      try {
        if (!take())
          throw new Refusal("conflict", "A newer run of this name is in the queue.", "Leave it: it takes its place.");
        const queued = queue.submit(id, request, checked!, first ? "first" : "last");
        this.#parts.onQueue?.(id, queued);
        await queued;
      } catch (error) {
        await artifacts.release(runOwner(id));
        throw error;
      }
    } finally {
      free();
    }
    await queue.makeRoom(id);
    return this.detail(id);
  }

  /** A `ForecastReply`: what such a run would do if it began now. Queues nothing. Throws a Refusal if it cannot be run. */
  async foresee(asked: Submission): Promise<JsonBytes> {
    const { accepted } = await this.#check(asked, false);
    const { nodes, kinds } = accepted.outlook!;
    const { forecast } = this.#parts;
    const ms = forecast.msOfAll(kinds);
    const disk = await this.#diskFor(kinds);
    const fields = { kinds: forecast.about(kinds), ...(ms !== undefined && { ms }), ...(disk && { disk }) };
    return JsonBytes.of(fields, { nodes: nodes! });
  }

  /** What runs of those kinds of work write, and what is free for it; undefined if either is unknown. */
  async #diskFor(kinds: KindCounts): Promise<{ readonly bytes: number; readonly free: number } | undefined> {
    const { forecast, room } = this.#parts;
    const bytes = forecast.bytesOfAll(kinds);
    if (bytes === undefined || !room) return undefined;
    return { bytes: Math.round(bytes), free: (await room()).free };
  }

  /** It would fill the disk, and the queue would wait with it. Throws a Refusal. */
  async #refuseIfTooLarge(asked: Submission, kinds: KindCounts): Promise<void> {
    const disk = await this.#diskFor(kinds);
    const trouble = disk && writeTrouble(disk);
    // What is kept and computed anew is written in its own place.
    if (trouble && asked.fresh) {
      const added = { ...asked, fresh: false };
      return this.#refuseIfTooLarge(added, (await this.#check(added, false)).accepted.outlook!.kinds);
    }
    if (trouble) throw new Refusal("disk", trouble.message, trouble.remedy);
  }

  /** Submits the same again, as a run of its own, of that owner. */
  async retry(id: string, as: string = randomUUID(), owner?: string): Promise<JsonBytes> {
    const { document, workflow, set, targets, fresh, priority } = await this.#find(id);
    return this.submit({ document, workflow, set, targets, fresh, priority, owner }, as);
  }

  /** Cancels a run, at its next step if it runs. Throws a Refusal if it has ended in another way. */
  async cancel(id: string): Promise<JsonBytes> {
    const asked = await this.#parts.queue.cancel(id);
    const { state } = await this.record(id);
    if (!asked && state !== "cancelled")
      throw new Refusal("conflict", `The run has ${state} already.`, "There is nothing left to cancel.");
    return this.detail(id);
  }

  /** Gives a waiting run another place. Throws a Refusal if it does not wait, and for a run in passing. */
  move(id: string, position: number): Promise<JsonBytes> {
    return this.#placed(id, this.#parts.queue.move(id, position));
  }

  /** Gives a waiting run another priority. Throws a Refusal if it does not wait, and for a run in passing. */
  prioritize(id: string, priority: Priority): Promise<JsonBytes> {
    return this.#placed(id, this.#parts.queue.prioritize(id, priority));
  }

  async #placed(id: string, done: Promise<boolean>): Promise<JsonBytes> {
    const moved = await done;
    const { state, passing } = await this.record(id);
    if (!moved && passing !== undefined)
      throw new Refusal("conflict", "A run in passing waits behind all others.", "Submit it as a run of its own.");
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

  /** Removes all runs that have ended. Returns how many. */
  async removeEnded(): Promise<number> {
    let count = 0;
    for (let removed = -1; removed !== 0; count += removed) removed = await this.#parts.queue.retain(0);
    return count;
  }

  /** Cancels all runs that wait. Returns how many. */
  cancelWaiting(): Promise<number> {
    return this.#parts.queue.cancelWaiting();
  }

  /** Pauses the queue, or lets it go on. */
  async pause(is: boolean): Promise<QueueReply> {
    await this.#parts.queue.pause(is);
    return this.queue();
  }

  async head(): Promise<QueueHead> {
    const { queue, held: heldBy } = this.#parts;
    const held = heldBy();
    const unlisted = (await queue.inPassing()).filter(({ waits }) => waits).length;
    const waiting = (await queue.countWaiting()) - unlisted;
    return { paused: await queue.paused(), waiting, ...(held && { held }) };
  }

  /** What runs, and the first of what waits. */
  async queue(limit = 100): Promise<QueueReply> {
    const { queue, places } = this.#parts;
    const { runs: running } = await queue.list({ state: "running", limit: 100 });
    const next: RunSummary[] = [];
    for (const [id, place] of await places.all(limit)) {
      const run = await queue.record(id);
      if (run && run.passing === undefined) next.push(this.#summarize(run, place));
    }
    return { ...(await this.head()), running: running.map((run) => this.#summarize(run, undefined)), next };
  }

  /** A `RunDetail`. Throws a Refusal if there is no such run. */
  async detail(id: string): Promise<JsonBytes> {
    const run = await this.#find(id);
    const { document, set, targets, warnings, seq } = run;
    const summary = this.#summarize(run, await this.#placeOf(run));
    const fields = { ...summary, set, warnings, seq, ...(targets ? { targets } : {}) };
    return JsonBytes.of(fields, { document: await unpackBytes(document) });
  }

  /** A run as lists show it; undefined if there is none, and for a run in passing. */
  async summary(id: string): Promise<RunSummary | undefined> {
    const run = await this.#parts.queue.record(id);
    return run && run.passing === undefined ? this.#summarize(run, await this.#placeOf(run)) : undefined;
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
    const { id, state, title, priority, workflow, caption, seed, created, started, ended, error, outputs, owner } = run;
    const known = { workflow, owner, caption, seed, started, ended, error };
    const rest = Object.entries(known).filter(([, value]) => value !== undefined);
    const summary = { id, state, title, priority, created, outputs, ...Object.fromEntries(rest) };
    if (state === "queued")
      return { ...summary, ...place, ...(run.lacks !== undefined && { held: lackOf(run.lacks) }) };
    const progress = state === "running" ? this.#parts.current.progressOf(id) : undefined;
    const stopping = state === "running" && run.stopping ? { stopping: true } : {};
    if (!progress) return { ...summary, ...stopping };
    const msLeft = progress.msLeft();
    return { ...summary, ...stopping, progress: progress.counts(), ...(msLeft === undefined ? {} : { msLeft }) };
  }
}

function noRun(id: string): never {
  throw new Refusal("unknown", `There is no run ${id}.`, "List the runs to see which there are.");
}
