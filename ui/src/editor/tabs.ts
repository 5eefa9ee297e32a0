import type { WorkflowJson } from "@clipwork/engine";
import { emptyWorkflow } from "../document/edit.ts";
import { step } from "../document/history.ts";
import type { Offer } from "./offer.ts";
import type { BrowserPort } from "./ports.ts";
import type { Runs } from "./runs.ts";
import { createStore, type Readable } from "./store.ts";
import { isUntouched, type OpenDocument, type OpenWorkflow, type Saved, titleOf, untouched } from "./workflow.ts";

/** An open document, with the run that its nodes show. */
export type Tab = OpenDocument & { readonly run?: string };

export type TabsState = {
  /** From left to right. The one in front stands here as it was when it came to the front. */
  readonly list: readonly Tab[];
  /** The id of the document in front. */
  readonly front: string;
};

/** The open documents. The one in front is what `OpenWorkflow` and `Runs` show; the others wait as they were left. */
export type Tabs = Readable<TabsState> & {
  /** All open documents as they are now. */
  all(): readonly Tab[];
  find(id: string): Tab | undefined;
  /** Whether nobody would miss it: an empty document or a shipped one, as it was offered. */
  isBlank(tab: Tab): boolean;
  /**
   * Opens a document in a new tab in front of the others. A document with an id that is open already comes to the front instead. What
   * nobody has touched since it was offered makes room.
   */
  open(document: WorkflowJson, known?: { readonly id: string; readonly saved: Saved }): void;
  /** Puts these tabs in place of all. */
  restore(list: readonly Tab[], front: string): void;
  /** Brings a tab to the front. */
  show(id: string): void;
  /** Brings the next tab to the front, or the one before. */
  turn(by: 1 | -1): void;
  /** Takes a tab away. The last one leaves an empty document. */
  remove(id: string): void;
  /** Notes what the server has of an open document, and its id there if that is another now. */
  markSaved(id: string, saved: Saved, as?: string): void;
  /** Changes an open document as one step to undo. */
  replace(id: string, document: WorkflowJson, saved: Saved): void;
};

type Needs = {
  readonly workflow: OpenWorkflow;
  readonly runs: Runs;
  readonly offer: Offer;
  readonly browser: Pick<BrowserPort, "newName">;
};

export function createTabs({ workflow, runs, offer, browser }: Needs): Tabs {
  const { get, set, listen } = createStore<TabsState>({ list: [], front: "" });

  /** The document in front, as it is now. */
  function current(): Tab {
    const { shown, passing } = runs.get();
    const run = shown?.run === passing ? undefined : shown?.run;
    return { ...workflow.left(), ...(run === undefined ? {} : { run }) };
  }

  const all = () => get().list.map((tab) => (tab.id === get().front ? current() : tab));
  const find = (id: string) => (id === get().front ? current() : get().list.find((tab) => tab.id === id));

  const isBlank = (tab: Tab) =>
    isUntouched(tab) &&
    tab.run === undefined &&
    (tab.history.present === emptyWorkflow ||
      offer.get().templates.some(({ document }) => document === tab.history.present));

  function bring(list: readonly Tab[], tab: Tab): void {
    const { run, ...document } = tab;
    set({ list, front: tab.id });
    runs.show(undefined);
    workflow.open(document);
    if (run !== undefined) runs.show(run);
  }

  function show(id: string): void {
    const tab = get().list.find((one) => one.id === id);
    if (tab && id !== get().front) bring(all(), tab);
  }

  return {
    get,
    listen,
    all,
    find,
    isBlank,
    show,
    open(document, known) {
      if (known && get().list.some(({ id }) => id === known.id)) {
        show(known.id);
        return;
      }
      const tab: Tab = untouched(known?.id ?? browser.newName(), document, known?.saved);
      const list = all();
      const at = list.findIndex(({ id }) => id === get().front);
      const blank = at >= 0 && isBlank(list[at]!);
      bring(list.toSpliced(blank ? at : at + 1, blank ? 1 : 0, tab), tab);
    },
    restore(list, front) {
      const tab = list.find(({ id }) => id === front) ?? list[0];
      if (tab) bring(list, tab);
    },
    turn(by) {
      const { list, front } = get();
      const at = list.findIndex(({ id }) => id === front);
      const next = list.at((at + by) % list.length);
      if (next) show(next.id);
    },
    remove(id) {
      const list = all();
      const at = list.findIndex((tab) => tab.id === id);
      if (at < 0) return;
      const rest = list.toSpliced(at, 1);
      if (id !== get().front) set((now) => ({ ...now, list: rest }));
      else if (rest.length > 0) bring(rest, rest[Math.min(at, rest.length - 1)]!);
      else {
        const empty = untouched(browser.newName(), emptyWorkflow);
        bring([empty], empty);
      }
    },
    markSaved(id, saved, as = id) {
      const { front } = get();
      set((now) => ({
        list: now.list.map((tab) => (tab.id === id ? { ...tab, saved, id: as } : tab)),
        front: now.front === id ? as : now.front,
      }));
      if (id === front) workflow.markSaved(saved, as);
    },
    replace(id, document, saved) {
      if (id === get().front) {
        workflow.editWhole(() => document);
        workflow.markSaved(saved);
      } else
        set((now) => ({
          ...now,
          list: now.list.map((tab) => (tab.id === id ? { ...tab, history: step(tab.history, document), saved } : tab)),
        }));
    },
  };
}

/** What a tab is called. */
export function tabTitle({ history }: Pick<Tab, "history">): string {
  return titleOf(history.present);
}
