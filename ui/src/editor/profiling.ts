import { type AnyCatalogue, type Profile, ProfileReader, type WorkflowJson } from "@clipwork/engine";
import { nameAlong, nodeNames } from "../document/names.ts";
import type { Api } from "../server/api.ts";
import type { Messages } from "./messages.ts";
import type { Offer } from "./offer.ts";
import type { BrowserPort, Clock } from "./ports.ts";
import type { Screen } from "./screen.ts";
import { createStore, type Readable } from "./store.ts";

/** Where the time of one run went. */
export type Profiled = {
  readonly run: string;
  /** What the run is called: its caption, else the title of its workflow. */
  readonly title: string;
  /** Absent until its events are here. */
  readonly profile?: Profile;
  /** What people call a node of that run. */
  name(node: string): string;
};

/** Where the time of runs went: of one that is looked at. */
export type Profiling = Readable<Profiled | undefined> & {
  /** Reads the events of a run, and those to come while it lasts. */
  open(run: string): void;
  close(): void;
  /** Hands the user its timeline as a file. */
  save(trace: string): void;
};

/** How often a run that goes on is asked for more, in milliseconds. */
const periodMs = 1_000;

type Needs = {
  readonly api: Pick<Api, "run" | "events">;
  readonly offer: Offer;
  readonly clock: Clock;
  readonly browser: Pick<BrowserPort, "download">;
  readonly screen: Pick<Screen, "show">;
  readonly messages: Messages;
};

export function createProfiling({ api, offer, clock, browser, screen, messages }: Needs): Profiling {
  const { get, set, listen } = createStore<Profiled | undefined>(undefined);
  let stop = () => {};

  function close(): void {
    stop();
    set(undefined);
    screen.show({ profile: undefined });
  }

  function open(run: string): void {
    if (get()?.run === run) return;
    close();
    let here = true;
    let later = () => {};
    stop = () => {
      here = false;
      later();
    };
    const reader = new ProfileReader();
    let seq = 0;

    /** Takes what has been logged; false if it is no longer wanted. */
    async function read(): Promise<boolean> {
      for (;;) {
        const reply = await api.events(run, seq);
        if (!here) return false;
        for (const event of reply.events) reader.add(event);
        seq = reply.events.at(-1)?.seq ?? seq;
        if (reply.events.length === 0 || seq >= reply.seq) return true;
      }
    }

    async function follow(known: Profiled): Promise<void> {
      if (!(await read())) return;
      const profile = reader.profile();
      set({ ...known, profile });
      if (!profile.ended) later = clock.after(periodMs, () => void follow(known).catch(fail));
    }

    function fail(error: unknown): void {
      if (!here) return;
      messages.fail(error);
      close();
    }

    api
      .run(run)
      .then(({ document, caption, title }) => {
        if (!here) return undefined;
        const known: Profiled = {
          run,
          title: caption?.trim() || title,
          name: namesIn(document, offer.get().catalogue),
        };
        set(known);
        screen.show({ profile: run });
        return follow(known);
      })
      .catch(fail);
  }

  return {
    get,
    listen,
    open,
    close,
    save: (trace) => browser.download("trace.json", trace),
  };
}

/** Names the nodes of a document, those inside subgraphs along their path. */
function namesIn(document: WorkflowJson, catalogue: AnyCatalogue): (node: string) => string {
  const names = nodeNames(document.nodes, catalogue, document.layout);
  return (node) => names.get(node) ?? nameAlong(document, node, catalogue) ?? node;
}
