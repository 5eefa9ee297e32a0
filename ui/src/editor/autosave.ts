import type { RevisionReason, SavedChange } from "@clipwork/server/wire";
import { copyOf } from "../document/edit.ts";
import type { Api } from "../server/api.ts";
import { ServerError } from "../server/server-error.ts";
import type { Drafts } from "./drafts.ts";
import type { Messages } from "./messages.ts";
import type { BrowserPort, Clock } from "./ports.ts";
import type { Runs } from "./runs.ts";
import { createStore, type Readable } from "./store.ts";
import { type Tab, type Tabs, tabTitle } from "./tabs.ts";
import { isKept, isUntouched, type OpenWorkflow } from "./workflow.ts";

export type AutosaveState = {
  /** The documents that somebody else has changed on the server since they were opened here. */
  readonly behind: ReadonlySet<string>;
  /** The documents that the server has not taken, though it was asked. */
  readonly refused: ReadonlySet<string>;
};

/** Keeps open documents on the server: every change of theirs becomes part of a revision there. */
export type Autosave = Readable<AutosaveState> & {
  /** From now on, sends each document soon after every change, and all of them when the server is back. */
  keep(): void;
  /**
   * Sends a document now, unless the server has it as it is and `reason` asks for no revision of its own. Resolves to whether the
   * server has it then; it does not take what is behind. Rejects with a ServerError if it refuses or does not answer.
   */
  send(id: string, reason: RevisionReason): Promise<boolean>;
  /** The same, where a refusal is no more than the answer false. */
  trySend(id: string, reason: RevisionReason): Promise<boolean>;
  /** Notes new revisions on the server, by whomever. */
  heard(changes: readonly SavedChange[]): void;
  /** Shows what somebody else has saved, as a step that can be undone. */
  takeNewest(id: string): Promise<void>;
  /** Goes on with what stands here as a document of its own. */
  keepCopy(id: string): Promise<void>;
};

/** Milliseconds from a change until it is sent, and from a failure until the next attempt. */
const pauseMs = 1_000;
const againMs = 5_000;
/** How many documents are remembered that were sent and not confirmed. */
const mostSent = 4;

type Needs = {
  readonly api: Api;
  readonly tabs: Tabs;
  readonly workflow: OpenWorkflow;
  readonly runs: Runs;
  readonly drafts: Drafts;
  readonly messages: Messages;
  readonly clock: Clock;
  readonly browser: Pick<BrowserPort, "newName">;
};

export function createAutosave({ api, tabs, workflow, runs, drafts, messages, clock, browser }: Needs): Autosave {
  const none: ReadonlySet<string> = new Set();
  const { get, set, listen } = createStore<AutosaveState>({ behind: none, refused: none });
  /** The newest revision that was heard of, by document. */
  const newest = new Map<string, number>();
  /** One thing at a time of each document. */
  const turns = new Map<string, Promise<unknown>>();
  /** What this page may not keep on the server, as far as is known since it was connected: it is not asked for again. */
  const forbidden = new Set<string>();
  let cancelSend: (() => void) | undefined;

  const mark = (list: keyof AutosaveState, id: string, is: boolean) =>
    set((now) => (now[list].has(id) === is ? now : { ...now, [list]: withMember(now[list], id, is) }));

  function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(id) ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => undefined);
    turns.set(id, settled);
    void settled.then(() => turns.get(id) === settled && turns.delete(id));
    return turn;
  }

  async function send(id: string, reason: RevisionReason): Promise<boolean> {
    const tab = tabs.find(id);
    if (!tab || get().behind.has(id)) return false;
    if (isKept(tab) && reason === "edit") return true;
    const { history, saved } = tab;
    const document = history.present;
    const revision = saved?.revision ?? 0;
    // What was sent is remembered before it is: if the answer is lost, it tells our own revision from somebody else's.
    const sent = [...(saved?.sent ?? []), document].slice(-mostSent);
    tabs.markSaved(id, { ...saved, revision, sent });
    await drafts.flush();
    const change = { title: tabTitle(tab).slice(0, 200), document, reason };
    try {
      const kept = revision > 0 ? await api.updateWorkflow(id, revision, change) : await api.createWorkflow(id, change);
      tabs.markSaved(id, { revision: kept.revision, document });
      if ((newest.get(id) ?? 0) > kept.revision) mark("behind", id, true);
    } catch (error) {
      if (statusOf(error) === 404) await recover(id);
      else if (statusOf(error) !== 409 || !(await isOurs(id))) throw error;
      return send(id, reason);
    }
    mark("refused", id, false);
    forbidden.delete(id);
    return true;
  }

  /** Brings back what somebody has deleted on the server; if that is too long ago, the next revision is its first. */
  async function recover(id: string): Promise<void> {
    try {
      await api.recoverWorkflow(id);
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      tabs.markSaved(id, { revision: 0 });
    }
  }

  /** Whether the newest revision on the server is what was sent from here; then it is where the document goes on from. */
  async function isOurs(id: string): Promise<boolean> {
    const { document, revision } = await api.workflow(id);
    const tab = tabs.find(id);
    const { sent, document: before } = tab?.saved ?? {};
    const ours = [...(sent ?? []), before].some((one) => one && JSON.stringify(one) === JSON.stringify(document));
    if (ours && tab) {
      const now = tab.history.present;
      const same = JSON.stringify(now) === JSON.stringify(document);
      tabs.markSaved(id, { revision, document: same ? now : document });
    } else mark("behind", id, true);
    return ours;
  }

  function compare(id: string): void {
    const { saved } = tabs.find(id) ?? {};
    if (saved && saved.revision > 0 && (newest.get(id) ?? 0) > saved.revision && !turns.has(id))
      void inTurn(id, () => isOurs(id)).catch(later);
  }

  /** Sends a document, and says nothing of it: what the server does not take stays in this browser, and is marked there. */
  async function quietly(id: string): Promise<void> {
    try {
      await inTurn(id, () => send(id, "edit"));
    } catch (error) {
      const status = statusOf(error);
      if (status !== 409) mark("refused", id, true);
      if (status === 401 || status === 403) forbidden.add(id);
      else later(error);
    }
  }

  function later(error: unknown): void {
    statusOf(error);
    cancelSend ??= clock.after(againMs, sendAll);
  }

  function sendAll(): void {
    cancelSend?.();
    cancelSend = undefined;
    if (!runs.get().connected) return;
    for (const tab of tabs.all()) if (!isUntouched(tab) && !isKept(tab) && !forbidden.has(tab.id)) void quietly(tab.id);
  }

  /** Whether somebody has changed an open document while this page did not listen. */
  async function ask({ id, saved }: Tab): Promise<void> {
    if (!saved || saved.revision === 0) return;
    const { items } = await api.history(id).catch(() => ({ items: [] }));
    const [first] = items;
    if (first) heard([{ id, revision: first.revision }]);
  }

  function heard(changes: readonly SavedChange[]): void {
    for (const { id, revision } of changes) {
      newest.set(id, revision);
      compare(id);
    }
  }

  return {
    get,
    listen,
    heard,
    keep() {
      let connected = false;
      let present = workflow.whole();
      const soon = () => {
        cancelSend ??= clock.after(pauseMs, sendAll);
      };
      workflow.listen(() => {
        if (workflow.whole() === present) return;
        present = workflow.whole();
        soon();
      });
      const whenBack = () => {
        const is = runs.get().connected;
        if (is === connected) return;
        connected = is;
        if (!is) return;
        forbidden.clear();
        sendAll();
        for (const tab of tabs.all()) void ask(tab);
      };
      runs.listen(whenBack);
      whenBack();
    },
    send: (id, reason) => inTurn(id, () => send(id, reason)),
    async trySend(id, reason) {
      try {
        return await inTurn(id, () => send(id, reason));
      } catch (error) {
        statusOf(error);
        return false;
      }
    },
    async takeNewest(id) {
      try {
        const { document, revision } = await api.workflow(id);
        tabs.replace(id, document, { revision, document });
        mark("behind", id, false);
        messages.say("What was saved elsewhere stands here now. Undo brings back yours.");
      } catch (error) {
        messages.fail(error);
      }
    },
    async keepCopy(id) {
      const tab = tabs.find(id);
      if (!tab) return;
      const as = browser.newName();
      tabs.markSaved(id, { revision: 0 }, as);
      mark("behind", id, false);
      tabs.replace(as, copyOf(tab.history.present), { revision: 0 });
      await quietly(as);
    },
  };
}

/** The status of a refusal. Anything else is a bug, and is rethrown. */
function statusOf(error: unknown): number {
  if (!(error instanceof ServerError)) throw error;
  return error.status;
}

function withMember(list: ReadonlySet<string>, id: string, is: boolean): ReadonlySet<string> {
  return new Set(is ? [...list, id] : [...list].filter((other) => other !== id));
}
