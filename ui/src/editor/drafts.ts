import { readDocument, type WorkflowJson } from "@clipwork/engine";
import type { Messages } from "./messages.ts";
import type { BrowserPort, Clock, StoragePort } from "./ports.ts";
import type { OpenWorkflow, Saved } from "./workflow.ts";

/** What the browser keeps of a page, so that a crash or a closed tab loses nothing. */
export type Draft = {
  readonly document: WorkflowJson;
  readonly saved?: Saved;
  /** The run that the page was showing. */
  readonly run?: string;
  /** Milliseconds since 1970. */
  readonly time: number;
};

export type Drafts = {
  /**
   * Finds this page's draft: its own after a reload, else the newest that no open page holds. From then on this page holds
   * it. Undefined if there is none.
   */
  claim(): Promise<Draft | undefined>;
  /** From now on, writes the draft soon after every change. */
  keep(): void;
  /** Remembers the run that the page shows, at once. */
  keepRun(id: string | undefined): void;
  /** Writes what has not been written yet; the page may be about to close. */
  flush(): void;
};

const prefix = "clipwork.draft.";
/** Where a tab remembers which draft is its own. */
const tab = "clipwork.draft";
/** How many drafts of closed pages are kept. */
const most = 20;
/** Milliseconds from a change to its draft. */
const pauseMs = 200;
/** Milliseconds that a reloaded page waits for its former self to release the draft. */
const reloadMs = 500;

type Needs = {
  readonly workflow: OpenWorkflow;
  readonly messages: Messages;
  readonly storage: StoragePort;
  readonly clock: Clock;
  readonly browser: Pick<BrowserPort, "newName">;
};

export function createDrafts({ workflow, messages, storage, clock, browser }: Needs): Drafts {
  let mine = "";
  let run: string | undefined;
  let cancelWrite: (() => void) | undefined;

  function begin(name: string): Draft | undefined {
    mine = name;
    storage.writeTab(tab, name);
    const draft = read(name);
    run = draft?.run;
    return draft;
  }

  function write(): void {
    cancelWrite?.();
    cancelWrite = undefined;
    const { history, saved } = workflow.get();
    const draft: Draft = { document: history.present, time: clock.now(), ...(saved && { saved }), ...(run && { run }) };
    try {
      storage.write(prefix + mine, JSON.stringify(draft));
    } catch {
      messages.say("This browser has no room for more drafts.", {
        tone: "error",
        more: "Save the workflow, or download it.",
      });
    }
  }

  function read(name: string): Draft | undefined {
    try {
      const draft = JSON.parse(storage.read(prefix + name) ?? "null") as Draft | null;
      return draft && readDocument(draft.document).document ? draft : undefined;
    } catch {
      return undefined;
    }
  }

  /** Names of all drafts, the newest first. */
  function names(): string[] {
    return storage
      .keys()
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .map((name) => ({ name, time: read(name)?.time ?? 0 }))
      .sort((a, b) => b.time - a.time)
      .map(({ name }) => name);
  }

  /** Without locks, a page only has what its own tab remembers. */
  async function hold(name: string, ms: number): Promise<boolean> {
    return (await storage.hold(prefix + name, ms)) ?? (ms > 0 || read(name) === undefined);
  }

  return {
    async claim() {
      const own = storage.readTab(tab);
      if (own && (await hold(own, reloadMs))) return begin(own);
      const others = names().filter((name) => name !== own);
      for (const name of others.slice(most)) storage.remove(prefix + name);
      for (const name of others.slice(0, most)) if (await hold(name, 0)) return begin(name);
      const fresh = browser.newName();
      await hold(fresh, 0);
      return begin(fresh);
    },
    keep() {
      let kept = workflow.present();
      workflow.listen(() => {
        if (workflow.present() === kept) return;
        kept = workflow.present();
        cancelWrite ??= clock.after(pauseMs, write);
      });
    },
    keepRun(id) {
      run = id;
      write();
    },
    flush: () => cancelWrite && write(),
  };
}
