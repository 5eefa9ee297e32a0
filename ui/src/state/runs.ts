import type { RunDetail, RunSummary } from "@clipwork/server/wire";
import { renewSeeds } from "../document/edit.ts";
import { emptyRun, heard, isLive, type RunView } from "../runs/run-view.ts";
import { api } from "../server/api.ts";
import { connectLive, type Live, type LiveFrame } from "../server/live.ts";
import { announce } from "./announce.ts";
import { keepRun } from "./drafts.ts";
import { edit, workflow } from "./editor.ts";
import { randomSeed } from "./random.ts";
import { createStore } from "./store.ts";
import { tellError } from "./toast.ts";

/** All that the page knows of runs. */
export type Runs = {
  /** The run whose states and pictures stand on the nodes. */
  readonly shown?: RunView;
  /** Newest first. */
  readonly list: readonly RunSummary[];
  /** Where the next page of the list begins, absent when all are there. */
  readonly next?: string;
  readonly connected: boolean;
  /** A run is being handed to the server. */
  readonly submitting: boolean;
};

export const runs = createStore<Runs>({ list: [], connected: false, submitting: false });

/** A picture of a node while it samples: the address of the newest one. */
export type FrameView = { readonly url: string; readonly item: number; readonly step: number; readonly steps: number };

/** By node, of the run that is shown. */
export const frames = createStore<{ readonly [node: string]: FrameView }>({});

let live: Live;

/** Connects to the server and listens to runs from now on. */
export function startRuns(): void {
  live = connectLive({
    known: (run) => {
      const { shown } = runs.get();
      return shown?.run === run ? shown.seq : 0;
    },
    connected: (connected) => runs.set((now) => ({ ...now, connected })),
    event: (event) => {
      const { shown } = runs.get();
      const next = shown && heard(shown, event);
      if (!next || next === shown) return;
      runs.set((now) => ({ ...now, shown: next }));
      announce(next, event);
    },
    frame: showFrame,
    run: upsert,
    queue: (list) => list.forEach(upsert),
    gone: (id) => runs.set((now) => ({ ...now, list: now.list.filter((run) => run.id !== id) })),
  });
}

function upsert(run: RunSummary): void {
  runs.set((now) => ({
    ...now,
    list: [run, ...now.list.filter(({ id }) => id !== run.id)].sort((a, b) => b.created - a.created),
  }));
}

function showFrame({ run, node, item, step, steps, bytes }: LiveFrame): void {
  if (runs.get().shown?.run !== run) return;
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "image/webp" }));
  const before = frames.get()[node];
  frames.set((now) => ({ ...now, [node]: { url, item, step, steps } }));
  // The picture before it may still be on the screen until this one is decoded.
  if (before) setTimeout(() => URL.revokeObjectURL(before.url), 1_000);
}

/** Shows a run on the nodes, from its beginning, and follows it as long as it lives. */
export function showRun(id: string | undefined): void {
  const { shown } = runs.get();
  if (shown?.run === id) return;
  if (shown) live.unfollow(shown.run);
  for (const { url } of Object.values(frames.get())) URL.revokeObjectURL(url);
  frames.set({});
  runs.set(({ shown: _, ...now }) => (id === undefined ? now : { ...now, shown: emptyRun(id) }));
  keepRun(id);
  history.replaceState(null, "", id === undefined ? location.pathname : `#run=${id}`);
  if (id !== undefined) live.follow(id);
}

/** Hands the document to the server to be run, all of it or what the nodes need. */
export async function submitRun(targets?: readonly string[]): Promise<void> {
  if (runs.get().submitting) return;
  runs.set((now) => ({ ...now, submitting: true }));
  try {
    const detail = await api.submit({ document: workflow(), ...(targets ? { targets } : {}) });
    upsert(detail);
    showRun(detail.id);
    edit((now) => renewSeeds(now, randomSeed));
  } catch (error) {
    tellError(error);
  } finally {
    runs.set((now) => ({ ...now, submitting: false }));
  }
}

/** Cancels the run that is shown; another where it is named. */
export async function cancelRun(id = runs.get().shown?.run): Promise<void> {
  if (id === undefined) return;
  await api.cancel(id).then(upsert, tellError);
}

/** Asks for older runs than those in the list. */
export async function loadRuns(): Promise<void> {
  const { next } = runs.get();
  try {
    const page = await api.runs({ limit: 30, ...(next === undefined ? {} : { before: next }) });
    for (const run of page.items) upsert(run);
    runs.set(({ next: _, ...now }) => (page.next === undefined ? now : { ...now, next: page.next }));
  } catch (error) {
    tellError(error);
  }
}

/** A run with its document, or undefined, with a message, where the server does not have it. */
export async function findRun(id: string): Promise<RunDetail | undefined> {
  try {
    return await api.run(id);
  } catch (error) {
    tellError(error);
    return undefined;
  }
}

/** True while the run that is shown can still change. */
export function running({ shown }: Runs): boolean {
  return shown !== undefined && isLive(shown.state);
}
