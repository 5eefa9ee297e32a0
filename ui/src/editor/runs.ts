import { isLive, type WorkflowJson } from "@clipwork/engine";
import type { CompareItems, RunDetail, RunSummary, ValuesDiffer } from "@clipwork/server/wire";
import { renewSeeds } from "../document/edit.ts";
import { heard, newRun, type ShownRun } from "../runs/run-view.ts";
import { spokenOf } from "../runs/words.ts";
import type { Api } from "../server/api.ts";
import type { Live, LiveListener } from "../server/live.ts";
import { ServerError } from "../server/server-error.ts";
import type { Frames } from "./frames.ts";
import type { Messages } from "./messages.ts";
import type { Naming } from "./naming.ts";
import type { BrowserPort, Ports } from "./ports.ts";
import type { Queue } from "./queue.ts";
import { createStore, type Readable } from "./store.ts";
import { type OpenWorkflow, runIdOf } from "./workflow.ts";

export type RunsState = {
  /** The run whose states and pictures the nodes show. */
  readonly shown?: ShownRun;
  /** The id of the shown run if it is one in passing. */
  readonly passing?: string;
  /** Newest first: the newest of any state, and those older ones that have ended. */
  readonly list: readonly RunSummary[];
  /** Where the next page of the list begins; absent once everything is there. */
  readonly next?: string;
  readonly connected: boolean;
  /** The runs that were asked to stop and have not done so yet. */
  readonly stopping: ReadonlySet<string>;
  /** Whether a run is being submitted to the server. */
  readonly submitting: boolean;
  /** What a screen reader announces, in one polite live region. */
  readonly spoken: string;
};

/** Everything the page knows of runs. */
export type Runs = Readable<RunsState> & {
  /** Shows a run on the nodes, from its beginning, and follows it while it lasts; undefined shows none. */
  show(id: string | undefined): void;
  /**
   * Puts the document in the queue, to run all of it or what the given nodes need. The nodes show it at once, or, while a run of this
   * document is under way, when its turn has come. Resolves to the run's id; undefined if there is none.
   */
  submit(targets?: readonly string[]): Promise<string | undefined>;
  /**
   * Runs what a node needs in passing, under a name, and shows it on the nodes. False if it is not shown: another document came to the front,
   * or a run that is more than that. Rejects if the server refuses.
   */
  pass(document: WorkflowJson, targets: readonly string[], name: string): Promise<boolean>;
  /** Cancels the shown run, or the one named. */
  cancel(id?: string): Promise<void>;
  /** Asks for ended runs older than those in the list. */
  loadMore(): Promise<void>;
  /** A run with its document; undefined, with a message, if the server does not have it. */
  find(id: string): Promise<RunDetail | undefined>;
  /** Which nodes gave other values on the way to one item than to another; undefined if nobody knows. */
  compare(items: CompareItems): Promise<ValuesDiffer | undefined>;
  /** Tells the server which documents are open here. */
  readonly tellOpen: Live["open"];
};

const pageSize = 30;
/** The HTTP status of what cannot be done any more. */
const conflict = 409;

type Needs = {
  readonly api: Api;
  readonly connect: Ports["connect"];
  readonly browser: Pick<BrowserPort, "randomSeed" | "showRun">;
  readonly workflow: OpenWorkflow;
  /** Lets the server have the document that is about to be run. Resolves to its id there, or undefined if it could not be kept. */
  readonly keep: (whole: boolean) => Promise<string | undefined>;
  readonly queue: Pick<Queue, "hear" | "hearRun" | "forget">;
  /** Saved workflows have new revisions. */
  readonly saved: LiveListener["saved"];
  /** Who else has open documents open. */
  readonly present: LiveListener["present"];
  readonly frames: Frames;
  readonly messages: Messages;
  readonly naming: Readable<Naming>;
};

/** Connects to the server at once. */
export function createRuns(needs: Needs): Runs {
  const { api, connect, browser, workflow, keep, saved, present: hearPresent, frames, messages, naming, queue } = needs;
  const { get, set, listen } = createStore<RunsState>({
    list: [],
    connected: false,
    stopping: new Set(),
    submitting: false,
    spoken: "",
  });

  const setStopping = (id: string, is: boolean) =>
    set((now) => {
      if (now.stopping.has(id) === is) return now;
      const others = [...now.stopping].filter((other) => other !== id);
      return { ...now, stopping: new Set(is ? [...others, id] : others) };
    });

  /** The runs that were handed in here, and of which document. */
  const own = new Map<string, string>();
  /** Whether the nodes go on to the next own run when the shown one has ended. */
  let trailing = false;

  /** The run that was handed in here last, until it is shown: it may begin and end between two messages of the server. */
  let unseen: string | undefined;

  const find = (id: string | undefined) => get().list.find((run) => run.id === id);

  const upsert = (run: RunSummary) => {
    const known = find(run.id);
    // A reply may come later than newer news: what has ended does not run any more.
    if (known && !isLive(known.state) && isLive(run.state)) return;
    if (run.stopping) setStopping(run.id, true);
    else if (!isLive(run.state)) setStopping(run.id, false);
    queue.hearRun(run);
    set((now) => ({
      ...now,
      list: [run, ...now.list.filter(({ id }) => id !== run.id)].sort((a, b) => b.created - a.created),
    }));
    goOn();
  };

  /** Whether it is a run of the document in front that was handed in here. */
  const isOwn = (id: string | undefined) => id !== undefined && own.get(id) === workflow.get().id;

  /** The nodes show the own run that is under way, once the one before it has ended. */
  function goOn(): void {
    if (!trailing || isRunning(get())) return;
    const last = find(unseen);
    const ran = last?.started !== undefined && !isLive(last.state) && isOwn(last.id) ? last : undefined;
    const next = get().list.find(({ id, state }) => state === "running" && isOwn(id)) ?? ran;
    if (next) present(next.id);
  }

  const live = connect({
    known: (run) => {
      const { shown } = get();
      return shown?.run === run ? shown.seq : 0;
    },
    connected: (connected) => set((now) => ({ ...now, connected })),
    event: (event) => {
      const { shown } = get();
      const next = shown && heard(shown, event);
      if (!next || next === shown) return;
      const { state } = next;
      set((now) => ({
        ...now,
        shown: next,
        spoken: spokenOf(next, event, naming.get().name) ?? now.spoken,
        // The list hears of it later: until then it must not take the run for one under way.
        ...(isLive(state) ? {} : { list: now.list.map((run) => (run.id === next.run ? { ...run, state } : run)) }),
      }));
      if (!isLive(state)) goOn();
    },
    frame: (frame) => frame.run === get().shown?.run && frames.show(frame),
    run: upsert,
    queue: (list) => list.forEach(upsert),
    saved,
    present: hearPresent,
    waiting: queue.hear,
    gone(id) {
      queue.forget(id);
      set((now) => ({ ...now, list: now.list.filter((run) => run.id !== id) }));
    },
  });

  function show(id: string | undefined): void {
    trailing = isOwn(id);
    present(id);
  }

  function present(id: string | undefined, inPassing = false): void {
    const { shown } = get();
    if (shown?.run === id) return;
    if (unseen === id) unseen = undefined;
    if (shown) live.unfollow(shown.run);
    // What was drawn stays until the next drawing has something to show.
    if (!inPassing) frames.clear();
    set(({ shown: _, passing: __, ...now }) => ({
      ...now,
      ...(id === undefined ? {} : { shown: newRun(id) }),
      ...(id !== undefined && inPassing ? { passing: id } : {}),
    }));
    // One in passing is soon forgotten: no address leads to it.
    browser.showRun(inPassing ? undefined : id);
    if (id !== undefined) live.follow(id);
  }

  return {
    get,
    listen,
    show,
    tellOpen: live.open,
    async submit(targets) {
      if (get().submitting) return undefined;
      set((now) => ({ ...now, submitting: true }));
      try {
        const level = workflow.get();
        const here = level.id;
        const document = workflow.whole();
        const id = await keep(targets === undefined);
        const detail = await api.submit({
          document,
          ...(id === undefined ? {} : { workflow: id }),
          ...(targets ? { targets: targets.map((id) => runIdOf(level, id)) } : {}),
        });
        own.set(detail.id, here);
        // News of it may have come sooner.
        if (!find(detail.id)) upsert(detail);
        messages.settle("run");
        // Another tab may have come to the front meanwhile.
        if (workflow.get().id !== here) return detail.id;
        // What paints stays in sight; this one is shown when its turn comes.
        const { shown } = get();
        trailing = true;
        unseen = detail.id;
        if (!isRunning(get()) || !isOwn(shown?.run)) present(detail.id);
        workflow.editWhole((now) => renewSeeds(now, browser.randomSeed));
        return detail.id;
      } catch (error) {
        messages.fail(error, "run");
        return undefined;
      } finally {
        set((now) => ({ ...now, submitting: false }));
      }
    },
    async pass(document, targets, name) {
      const { id: here } = workflow.get();
      const { id } = await api.submit({ document, targets, passing: name });
      if (workflow.get().id !== here || isRunning(get())) return false;
      present(id, true);
      return true;
    },
    async cancel(id = get().shown?.run) {
      if (id === undefined) return;
      setStopping(id, true);
      try {
        upsert(await api.cancel(id));
      } catch (error) {
        setStopping(id, false);
        // One that has ended by itself meanwhile leaves nothing to say: news of its end is on the way.
        if (!(error instanceof ServerError && error.status === conflict)) messages.fail(error);
      }
    },
    async loadMore() {
      const { next } = get();
      try {
        const page = await api.runs({
          state: "ended",
          limit: pageSize,
          ...(next === undefined ? {} : { before: next }),
        });
        for (const run of page.items) upsert(run);
        set(({ next: _, ...now }) => (page.next === undefined ? now : { ...now, next: page.next }));
      } catch (error) {
        messages.fail(error);
      }
    },
    // It is one sentence more: a server that cannot say it is no trouble.
    compare: (items) =>
      api.compare(items).then(
        ({ values }) => values,
        () => undefined,
      ),
    async find(id) {
      try {
        return await api.run(id);
      } catch (error) {
        messages.fail(error);
        return undefined;
      }
    },
  };
}

/** Whether the shown run was asked to stop and has not done so yet. */
export function isStopping({ shown, stopping }: RunsState): boolean {
  return shown !== undefined && stopping.has(shown.run);
}

/** Whether the shown run can still change, and is more than one in passing. */
export function isRunning({ shown, passing }: RunsState): boolean {
  return shown !== undefined && shown.run !== passing && isLive(shown.state);
}
