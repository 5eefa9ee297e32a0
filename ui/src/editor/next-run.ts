import { isLive, type WorkflowJson } from "@clipwork/engine";
import type { ForecastReply } from "@clipwork/server/wire";
import { type Outlook, readForecast } from "../runs/outlook.ts";
import type { Api } from "../server/api.ts";
import type { Clock } from "./ports.ts";
import type { Problems } from "./problems.ts";
import { isRunning, type Runs } from "./runs.ts";
import { createStore, type Readable } from "./store.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** What the next run would do. Undefined while a run is in progress, and if the document cannot be run. */
export type NextRun = Readable<Outlook | undefined> & {
  /** The server's forecast itself, and the document that it is for. */
  foretold(): Foretold | undefined;
  /** From now on, asks the server after every change of the document and after every run. */
  watch(): void;
};

type Foretold = { readonly document: WorkflowJson; readonly forecast: ForecastReply };

/** The pause, in milliseconds, after which typing counts as finished. */
const pauseMs = 300;

type Needs = {
  readonly api: Pick<Api, "forecast">;
  readonly clock: Clock;
  readonly workflow: OpenWorkflow;
  readonly problems: Readable<Problems>;
  readonly runs: Runs;
};

export function createNextRun({ api, clock, workflow, problems, runs }: Needs): NextRun {
  const { get, set, listen } = createStore<Outlook | undefined>(undefined);
  let foretold: Foretold | undefined;
  let cancel = () => {};
  let asked = 0;
  let seen: readonly unknown[] = [];

  function notice(): void {
    const { nodes, exposed, definitions } = workflow.whole();
    const { submitting, connected, shown, passing } = runs.get();
    // One in passing keeps values, too.
    const passed = shown && shown.run === passing && !isLive(shown.state) ? passing : undefined;
    const now = [nodes, exposed, definitions, isRunning(runs.get()) || submitting, connected, passed];
    if (now.every((part, i) => part === seen[i])) return;
    seen = now;
    const number = ++asked;
    cancel();
    cancel = clock.after(pauseMs, () => void ask(number));
  }

  async function ask(number: number): Promise<void> {
    const document = workflow.whole();
    const wrong = problems.get().all.some(({ severity }) => severity === "error");
    const idle = !isRunning(runs.get()) && runs.get().connected && Object.keys(document.nodes).length > 0;
    // If the server refuses, it says why when Run is pressed.
    const reply = idle && !wrong ? await api.forecast({ document }).catch(() => undefined) : undefined;
    if (number !== asked) return;
    foretold = reply && { document, forecast: reply };
    set(reply && readForecast(reply));
  }

  return {
    get,
    listen,
    foretold: () => foretold,
    watch() {
      for (const store of [workflow, problems, runs]) store.listen(notice);
      notice();
    },
  };
}
