import { readDocument, type WorkflowJson } from "@clipwork/engine";
import type { Canvas } from "./canvas.ts";
import { type KeptView, lookedAt, viewOf } from "./kept-views.ts";
import type { Messages } from "./messages.ts";
import type { BrowserPort, Clock, StoragePort } from "./ports.ts";
import type { Runs } from "./runs.ts";
import type { Tab, Tabs } from "./tabs.ts";
import { isKept, isUntouched, type OpenWorkflow, untouched } from "./workflow.ts";

/** The tabs of a page, as this browser keeps them, so that a crash or a closed page loses nothing. */
export type Drafts = {
  /**
   * Finds this page's tabs: its own after a reload, else those of the newest page that is gone. From then on this page holds
   * them. Undefined if there are none.
   */
  claim(): Promise<{ readonly list: readonly Tab[]; readonly front: string } | undefined>;
  /** From now on, writes each document soon after every change. */
  keep(): void;
  /** Writes what has not been written yet; the page may be about to close. Resolves once it is stored. */
  flush(): Promise<void>;
};

/** What is kept of a page. */
type PageRecord = {
  readonly time: number;
  readonly front: string;
  readonly tabs: readonly string[];
  /** How each of them is looked at, by its id. */
  readonly views?: { readonly [id: string]: KeptView };
};

/** What is kept of a document of a page. */
export type DraftRecord = {
  readonly time: number;
  readonly document: WorkflowJson;
  readonly run?: string;
  readonly saved?: { readonly revision: number; readonly kept: boolean; readonly sent?: readonly WorkflowJson[] };
};

export const pageKey = (page: string): string => `page ${page}`;
export const draftKey = (page: string, id: string): string => `draft ${page} ${id}`;
/** Where a tab of the browser remembers which page it is. */
const tab = "clipwork.page";
/** How many pages that are gone are kept; those with something that no server has stay. */
const most = 20;
/** Milliseconds from a change to its draft. */
const pauseMs = 200;
/** Milliseconds that a reloaded page waits for its former self to release its tabs. */
const reloadMs = 500;

type Needs = {
  readonly tabs: Tabs;
  readonly workflow: OpenWorkflow;
  readonly canvas: Pick<Canvas, "watch">;
  readonly runs: Runs;
  readonly messages: Messages;
  readonly storage: StoragePort;
  readonly clock: Clock;
  readonly browser: Pick<BrowserPort, "newName">;
};

export function createDrafts({ tabs, workflow, canvas, runs, messages, storage, clock, browser }: Needs): Drafts {
  const { drafts } = storage;
  let mine = "";
  let cancelWrite: (() => void) | undefined;
  /** What was written last of each document, and of the page. */
  const written = new Map<string, readonly unknown[]>();

  async function write(): Promise<void> {
    cancelWrite?.();
    cancelWrite = undefined;
    const list = tabs.all().filter((one) => !tabs.isBlank(one));
    try {
      await Promise.all([...list.map(writeTab), writePage(list), ...forget(list)]);
    } catch {
      messages.say("This browser has no room for more drafts.", {
        tone: "error",
        more: "Save the workflow, or download it.",
      });
    }
  }

  function writeTab(one: Tab): Promise<void> | undefined {
    const { id, history, saved, run } = one;
    if (isSame(id, [history.present, saved, run])) return undefined;
    const { revision = 0, sent } = saved ?? {};
    const record: DraftRecord = {
      time: clock.now(),
      document: history.present,
      ...(run === undefined ? {} : { run }),
      ...(isUntouched(one) ? {} : { saved: { revision, kept: isKept(one), ...(sent && { sent }) } }),
    };
    return drafts.write(draftKey(mine, id), record);
  }

  function writePage(list: readonly Tab[]): Promise<void> | undefined {
    const { front } = tabs.get();
    const ids = list.map(({ id }) => id);
    const views = Object.fromEntries(
      list.flatMap((one) => {
        const view = viewOf(one);
        return view ? [[one.id, view] as const] : [];
      }),
    );
    if (isSame("", [front, ...ids, JSON.stringify(views)])) return undefined;
    const record: PageRecord = { time: clock.now(), front, tabs: ids, views };
    return drafts.write(pageKey(mine), record);
  }

  /** Whether the same was written last; notes it as written. */
  function isSame(key: string, now: readonly unknown[]): boolean {
    const before = written.get(key);
    written.set(key, now);
    return before?.length === now.length && now.every((part, i) => part === before[i]);
  }

  function forget(list: readonly Tab[]): Promise<void>[] {
    const gone = [...written.keys()].filter((id) => id !== "" && !list.some((one) => one.id === id));
    for (const id of gone) written.delete(id);
    return gone.map((id) => drafts.remove(draftKey(mine, id)));
  }

  async function readPage(page: string): Promise<PageRecord | undefined> {
    const record = (await drafts.read(pageKey(page))) as Partial<PageRecord> | undefined;
    return record && Array.isArray(record.tabs) ? (record as PageRecord) : undefined;
  }

  /** A document as it was kept; undefined if it cannot be read. */
  async function readTab(page: string, id: string): Promise<Tab | undefined> {
    const record = (await drafts.read(draftKey(page, id))) as DraftRecord | undefined;
    if (!record || !readDocument(record.document).document) return undefined;
    const { document, saved, run } = record;
    const { revision = 0, kept, sent } = saved ?? {};
    return {
      ...untouched(id, document, saved && { revision, ...(kept && { document }), ...(sent && { sent }) }),
      ...(run === undefined ? {} : { run }),
    };
  }

  async function begin(page: string): Promise<Awaited<ReturnType<Drafts["claim"]>>> {
    mine = page;
    storage.writeTab(tab, page);
    const record = await readPage(page);
    if (!record) return undefined;
    const found = await Promise.all(record.tabs.map((id) => readTab(page, id)));
    const list = found.flatMap((one) => (one ? [lookedAt(one, record.views?.[one.id])] : []));
    return list.length > 0 ? { list, front: record.front } : undefined;
  }

  /** The pages that were ever written, the newest first. */
  async function pages(): Promise<{ readonly page: string; readonly record: PageRecord }[]> {
    const names = (await drafts.keys()).filter((key) => key.startsWith(pageKey(""))).map((key) => key.slice(5));
    const all = await Promise.all(names.map(async (page) => ({ page, record: await readPage(page) })));
    return all
      .flatMap(({ page, record }) => (record ? [{ page, record }] : []))
      .sort((a, b) => b.record.time - a.record.time);
  }

  /** Removes what is kept of a page that is gone, unless no server has it. */
  async function throwAway(page: string, { tabs: ids }: PageRecord): Promise<void> {
    const list = await Promise.all(ids.map((id) => readTab(page, id)));
    if (list.some((one) => one && !isKept(one) && !isUntouched(one))) return;
    await Promise.all([pageKey(page), ...ids.map((id) => draftKey(page, id))].map((key) => drafts.remove(key)));
  }

  /** Without locks, a page only has what its own tab remembers. */
  async function hold(page: string, ms: number): Promise<boolean> {
    return (await storage.hold(pageKey(page), ms)) ?? (ms > 0 || (await readPage(page)) === undefined);
  }

  return {
    async claim() {
      const own = storage.readTab(tab);
      if (own && (await hold(own, reloadMs))) return begin(own);
      const others = (await pages()).filter(({ page }) => page !== own);
      for (const { page, record } of others.slice(most)) if (await hold(page, 0)) await throwAway(page, record);
      for (const { page } of others.slice(0, most)) if (await hold(page, 0)) return begin(page);
      const fresh = browser.newName();
      await hold(fresh, 0);
      return begin(fresh);
    },
    keep() {
      const later = () => {
        cancelWrite ??= clock.after(pauseMs, () => void write());
      };
      let { whole, saved, opened } = workflow.get();
      workflow.listen(() => {
        const now = workflow.get();
        if (now.whole === whole && now.saved === saved && now.opened === opened) return;
        ({ whole, saved, opened } = now);
        later();
      });
      canvas.watch((changed) => changed === "camera" && later());
      let run = runs.get().shown?.run;
      runs.listen(() => {
        if (runs.get().shown?.run === run) return;
        run = runs.get().shown?.run;
        later();
      });
      tabs.listen(later);
    },
    flush: async () => {
      if (cancelWrite) await write();
    },
  };
}
