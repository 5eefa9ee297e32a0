import { readDocument, type WorkflowJson } from "@clipwork/engine";
import { editor, type Saved } from "./editor.ts";
import { tell } from "./toast.ts";

/** What the browser keeps of a page, so that a crash or a closed tab loses nothing. */
export type Draft = {
  readonly document: WorkflowJson;
  readonly saved?: Saved;
  /** The run that the page was showing. */
  readonly run?: string;
  readonly time: number;
};

const prefix = "clipwork.draft.";
const session = "clipwork.draft";
const most = 20;
const patience = 200;

let mine = "";
let run: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Finds this page's draft: its own after a reload, else the newest that no living page holds. From then on the page holds
 * it. Gives undefined where there is none.
 */
export async function claimDraft(): Promise<Draft | undefined> {
  const own = sessionStorage.getItem(session);
  if (own && (await hold(own, 500))) return begin(own);
  const others = draftNames().filter((name) => name !== own);
  for (const name of others.slice(most)) localStorage.removeItem(prefix + name);
  for (const name of others.slice(0, most)) if (await hold(name, 0)) return begin(name);
  const fresh = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  await hold(fresh, 0);
  return begin(fresh);
}

function begin(name: string): Draft | undefined {
  mine = name;
  sessionStorage.setItem(session, name);
  const draft = read(name);
  run = draft?.run;
  return draft;
}

/** Keeps the draft up to date from now on: soon after every change, and at once when the page is left. */
export function keepDraft(): void {
  let kept = editor.get().history.present;
  editor.listen(() => {
    if (editor.get().history.present === kept) return;
    kept = editor.get().history.present;
    timer ??= setTimeout(write, patience);
  });
  addEventListener("pagehide", () => timer !== undefined && write());
  document.addEventListener("visibilitychange", () => document.hidden && timer !== undefined && write());
}

/** Remembers the run that the page shows. */
export function keepRun(id: string | undefined): void {
  run = id;
  write();
}

function write(): void {
  clearTimeout(timer);
  timer = undefined;
  const { history, saved } = editor.get();
  const draft: Draft = { document: history.present, time: Date.now(), ...(saved && { saved }), ...(run && { run }) };
  try {
    localStorage.setItem(prefix + mine, JSON.stringify(draft));
  } catch {
    tell("This browser keeps no more drafts.", { tone: "error", more: "Save the workflow, or download it." });
  }
}

function read(name: string): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(prefix + name) ?? "null") as Draft | null;
    return draft && readDocument(draft.document).document ? draft : undefined;
  } catch {
    return undefined;
  }
}

/** Names of all drafts, the newest first. */
function draftNames(): string[] {
  const names = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return names
    .map((key) => key.slice(prefix.length))
    .map((name) => ({ name, time: read(name)?.time ?? 0 }))
    .sort((a, b) => b.time - a.time)
    .map(({ name }) => name);
}

/** True when this page now holds the draft: no other living page does. It holds it until it is gone. */
async function hold(name: string, wait: number): Promise<boolean> {
  // Browsers offer locks on localhost and over HTTPS only; elsewhere a page has what its own tab remembers.
  if (!navigator.locks) return wait > 0 || read(name) === undefined;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const forever = new Promise<void>(() => {});
  const taken = (lock: Lock | null) => {
    resolve(lock !== null);
    return lock ? forever : undefined;
  };
  const asked =
    wait > 0
      ? navigator.locks.request(prefix + name, { signal: AbortSignal.timeout(wait) }, taken)
      : navigator.locks.request(prefix + name, { ifAvailable: true }, taken);
  asked.catch(() => resolve(false));
  return promise;
}
