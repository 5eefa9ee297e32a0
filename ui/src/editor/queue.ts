import type { Priority, QueueHead, QueueReply, RunSummary } from "@clipwork/server/wire";
import type { Api } from "../server/api.ts";
import type { Messages } from "./messages.ts";
import type { Clock } from "./ports.ts";
import { createStore, type Readable } from "./store.ts";

export type QueueState = QueueHead & {
  readonly running: readonly RunSummary[];
  /** The first of those that wait, in their order; the server has the rest. Kept up to date only while somebody watches. */
  readonly next: readonly RunSummary[];
  /** What a screen reader announces of a place that was changed by keyboard. */
  readonly spoken: string;
};

/** The queue of the server, which all its pages share. */
export type Queue = Readable<QueueState> & {
  /** From the server: how it stands, and that a run has changed. */
  hear(head: QueueHead): void;
  hearRun(run: RunSummary): void;
  forget(id: string): void;
  /** Keeps the list true until the returned function is called. */
  watch(): () => void;
  /** Lists more of those that wait. */
  showMore(): void;
  setPaused(is: boolean): Promise<void>;
  /** Puts a waiting run at that place of the queue; one beyond its end means the last. */
  place(id: string, position: number): Promise<void>;
  prioritize(id: string, priority: Priority): Promise<void>;
  cancelWaiting(): Promise<void>;
  /** Runs the same again. */
  retry(id: string): Promise<void>;
  /** Deletes a run that is not running. */
  remove(id: string): Promise<void>;
  removeEnded(): Promise<void>;
};

/** Waiting runs in the list at first, and how many more at each wish. */
export const listedAtOnce = 50;
/** The list is read again at most this often, in milliseconds. */
const readMs = 250;

type Needs = { readonly api: Api; readonly clock: Clock; readonly messages: Messages };

export function createQueue({ api, clock, messages }: Needs): Queue {
  const { get, set, listen } = createStore<QueueState>({
    paused: false,
    waiting: 0,
    running: [],
    next: [],
    spoken: "",
  });
  let watchers = 0;
  let limit = listedAtOnce;
  let due = false;
  let asked = 0;
  /** All that wait are being cancelled: what is heard of one after the other is not shown. */
  let clearing = false;

  const take = ({ paused, held, waiting, running, next }: QueueReply) =>
    set(({ held: _, ...now }) => ({
      ...now,
      paused,
      ...(held && { held }),
      waiting,
      running: keepSame(now.running, running),
      next: keepSame(now.next, next),
    }));

  /** Most of what is heard is of runs that are not listed: then nothing is drawn again. */
  const setLists = (change: (now: QueueState) => Pick<QueueState, "running" | "next">) =>
    set((now) => {
      const { running, next } = change(now);
      return running === now.running && next === now.next ? now : { ...now, running, next };
    });

  async function read(): Promise<void> {
    due = false;
    const number = ++asked;
    // If the server does not answer, the page says so elsewhere, and asks again when it is connected.
    const reply = await api.queue(limit).catch(() => undefined);
    if (reply && number === asked) take(reply);
  }

  /** The list may have changed: it is read again in a moment. */
  function stir(): void {
    if (watchers === 0 || due || clearing) return;
    due = true;
    clock.after(readMs, () => void read());
  }

  /** Does it, and reads the list again, also if the server refuses. */
  async function act(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      messages.fail(error);
    }
    if (watchers > 0) await read();
  }

  return {
    get,
    listen,
    forget(id) {
      const isIt = (run: RunSummary) => run.id === id;
      const without = (list: readonly RunSummary[]) => (list.some(isIt) ? list.filter((run) => !isIt(run)) : list);
      setLists((now) => ({ running: without(now.running), next: without(now.next) }));
    },
    hear({ paused, waiting, held }) {
      const left = clearing ? 0 : waiting;
      set((now) => {
        if (now.paused === paused && now.waiting === left && now.held?.message === held?.message) return now;
        const { held: _, ...rest } = now;
        return { ...rest, paused, waiting: left, ...(held && { held }) };
      });
      stir();
    },
    hearRun(run) {
      if (clearing && run.state === "queued") return;
      if (run.state === "queued" || get().next.some(({ id }) => id === run.id)) stir();
      const among = (list: readonly RunSummary[], belongs: boolean) => {
        const at = list.findIndex(({ id }) => id === run.id);
        if (at >= 0) return belongs ? list.with(at, run) : list.toSpliced(at, 1);
        return belongs ? [...list, run] : list;
      };
      setLists((now) => ({
        running: among(now.running, run.state === "running"),
        next: run.state === "queued" && now.next.length >= limit ? now.next : among(now.next, run.state === "queued"),
      }));
    },
    watch() {
      watchers++;
      limit = listedAtOnce;
      void read();
      return () => void watchers--;
    },
    showMore() {
      limit += listedAtOnce;
      void read();
    },
    setPaused: (is) =>
      act(async () => {
        take(await api.pauseQueue(is));
      }),
    place(id, position) {
      const { next } = get();
      const run = next.find((one) => one.id === id);
      const to = Math.max(0, Math.min(position, get().waiting - 1));
      if (!run || next[to]?.id === id) return Promise.resolve();
      set((now) => ({
        ...now,
        next: now.next.filter((one) => one !== run).toSpliced(to, 0, run),
        spoken: to === 0 ? "It is next now." : `It has place ${to + 1} of ${now.waiting} now.`,
      }));
      return act(() => api.moveRun(id, to));
    },
    prioritize: (id, priority) => act(() => api.prioritizeRun(id, priority)),
    async cancelWaiting() {
      clearing = true;
      set((now) => ({ ...now, waiting: 0, next: [] }));
      await act(async () => {
        try {
          await api.cancelWaiting();
        } finally {
          clearing = false;
        }
      });
    },
    retry: (id) => act(() => api.retryRun(id)),
    remove: (id) => act(() => api.removeRun(id)),
    removeEnded: () => act(() => api.removeEnded()),
  };
}

/** What has not changed stays the same object, so that its row is not drawn anew; all of it if nothing has. */
function keepSame(before: readonly RunSummary[], now: readonly RunSummary[]): readonly RunSummary[] {
  const known = new Map(before.map((run) => [run.id, run]));
  const kept = now.map((run) => {
    const same = known.get(run.id);
    return same && JSON.stringify(same) === JSON.stringify(run) ? same : run;
  });
  return kept.length === before.length && kept.every((run, i) => run === before[i]) ? before : kept;
}
