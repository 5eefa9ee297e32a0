import type { WorkflowJson } from "@clipwork/engine";
import { cheapNodes } from "../document/cheap.ts";
import { ServerError } from "../server/server-error.ts";
import type { DrawingState } from "./drawing.ts";
import { type Habits, habitsIn } from "./habits.ts";
import type { NextRun } from "./next-run.ts";
import type { Offer } from "./offer.ts";
import type { StoragePort } from "./ports.ts";
import type { Queue } from "./queue.ts";
import { isRunning, type Runs } from "./runs.ts";
import { createStore, type Readable } from "./store.ts";
import type { OpenWorkflow } from "./workflow.ts";

export type AutoState = {
  readonly on: boolean;
  /** What the nodes that are run by themselves may take together, in milliseconds. */
  readonly budget: number;
  /** How many nodes wait for Run because they take longer. */
  readonly dear: number;
  /** Why nothing is run now, if something is to be. */
  readonly waits?: string;
};

/**
 * Auto: when the hand rests, the nodes that take little time by the forecast are run by themselves, in passing. Remembered for each document
 * with its budget.
 */
export type Auto = Readable<AutoState> & {
  toggle(): void;
  /** Sets the budget, in milliseconds. */
  spend(budget: number): void;
  watch(): void;
};

/** What may be chosen as a budget, in milliseconds. */
export const budgets = [50, 150, 500, 2_000] as const;
const usual = 150;

type Needs = {
  readonly runs: Runs;
  readonly nextRun: NextRun;
  readonly queue: Pick<Queue, "get" | "listen">;
  readonly workflow: OpenWorkflow;
  readonly offer: Offer;
  readonly drawing: Readable<DrawingState>;
  readonly storage: Pick<StoragePort, "read" | "write">;
};

export function createAuto({ runs, nextRun, queue, workflow, offer, drawing, storage }: Needs): Auto {
  const habits: Habits = habitsIn(storage, "auto");
  const { get, set, listen } = createStore<AutoState>({ on: false, budget: usual, dear: 0 });
  let seen: string | undefined;
  /** For what something was run last: until the next change no more is, for that would exceed the budget, or fail again. */
  let tried: (Pick<WorkflowJson, "nodes"> & { readonly definitions: unknown; readonly forecast: unknown }) | undefined;

  function change(next: Omit<AutoState, "waits">, waits?: string): void {
    const now = get();
    const same = now.on === next.on && now.budget === next.budget && now.dear === next.dear && now.waits === waits;
    if (!same) set({ ...next, ...(waits === undefined ? {} : { waits }) });
  }

  function turn(on: boolean, budget: number): void {
    habits.set(workflow.get().id, on ? String(budget) : undefined);
    tried = undefined;
    change({ on, budget, dear: 0 });
    go();
  }

  /** Why nothing may be run now. */
  function obstacle(): string | undefined {
    if (!runs.get().connected) return "There is no connection.";
    if (isRunning(runs.get()) || runs.get().submitting) return "A run is under way.";
    if (queue.get().paused) return "The queue is paused.";
    if (queue.get().waiting > 0) return "Other runs come first.";
    return drawing.get().on ? "Live draws meanwhile." : undefined;
  }

  function go(): void {
    const { on, budget } = get();
    if (!on) return;
    // What somebody runs may have kept the nodes from being run.
    if (isRunning(runs.get())) tried = undefined;
    const whole = workflow.whole();
    const known = nextRun.foretold();
    // Until it is known for what is there now, the hand does not rest, or it cannot be run.
    if (known?.document.nodes !== whole.nodes || known.document.definitions !== whole.definitions) return;
    const { nodes, dear } = cheapNodes(whole, known.forecast, offer.get().catalogue, budget);
    const { forecast } = known;
    if (tried?.nodes === whole.nodes && tried.definitions === whole.definitions) {
      if (tried.forecast !== forecast) change({ on, budget, dear: dear + nodes.length }, get().waits);
      return;
    }
    const waits = nodes.length === 0 ? undefined : obstacle();
    change({ on, budget, dear }, waits);
    if (nodes.length === 0 || waits !== undefined) return;
    tried = { nodes: whole.nodes, definitions: whole.definitions, forecast };
    void run(whole, nodes);
  }

  async function run(document: WorkflowJson, targets: readonly string[]): Promise<void> {
    const { id } = workflow.get();
    try {
      await runs.pass(document, targets, `auto ${id}`);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const { on, budget, dear } = get();
      // Another document may have come to the front while the server answered.
      if (on && workflow.get().id === id) change({ on, budget, dear }, error.problems[0]?.message ?? error.message);
    }
  }

  function notice(): void {
    const { id } = workflow.get();
    if (seen !== id) {
      seen = id;
      tried = undefined;
      const word = habits.get(id);
      change({ on: word !== undefined, budget: Number(word) || usual, dear: 0 });
    }
    go();
  }

  return {
    get,
    listen,
    toggle: () => turn(!get().on, get().budget),
    spend: (budget) => turn(true, budget),
    watch() {
      for (const store of [workflow, nextRun, runs, queue, drawing]) store.listen(notice);
      notice();
    },
  };
}
