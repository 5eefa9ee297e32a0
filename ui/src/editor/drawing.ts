import { isLive, type WorkflowJson } from "@clipwork/engine";
import { fewSteps, inFewSteps, pictureToDraw } from "../document/quick.ts";
import { ServerError } from "../server/server-error.ts";
import { type Habits, habitsIn } from "./habits.ts";
import type { Messages } from "./messages.ts";
import type { Offer } from "./offer.ts";
import type { Clock, StoragePort } from "./ports.ts";
import type { Problems } from "./problems.ts";
import type { Queue } from "./queue.ts";
import { isRunning, type Runs } from "./runs.ts";
import { createStore, type Readable } from "./store.ts";
import type { OpenWorkflow } from "./workflow.ts";

export type DrawingState = {
  readonly on: boolean;
  /** The node whose picture is drawn. */
  readonly node?: string;
  /** Why nothing is drawn now, if something is to be. */
  readonly waits?: string;
};

/**
 * Live: whenever something that is computed changes, the chosen picture is drawn again in few steps, and in all of them once the hand rests.
 * Remembered for each document.
 */
export type Drawing = Readable<DrawingState> & {
  /** Turns it on for the selected picture, else for the first that is painted; or off. */
  toggle(): void;
  watch(): void;
};

/** A drawing is to be there after so many milliseconds: its steps are chosen by how long the last one took. */
const budgetMs = 350;
/** The hand rests after so many milliseconds without a change. */
const restMs = 700;
/** A drawing that has shown nothing after so long makes room for the next. */
const patienceMs = 1_500;
/** Between two drawings, so that the server's budget of a minute lasts. */
const apartMs = 260;

type Needs = {
  readonly runs: Runs;
  readonly queue: Pick<Queue, "get" | "listen">;
  readonly workflow: OpenWorkflow;
  readonly problems: Readable<Problems>;
  readonly offer: Offer;
  readonly storage: Pick<StoragePort, "read" | "write">;
  readonly clock: Clock;
  readonly messages: Messages;
};

export function createDrawing({ runs, queue, workflow, problems, offer, storage, clock, messages }: Needs): Drawing {
  const habits: Habits = habitsIn(storage, "live");
  const { get, set, listen } = createStore<DrawingState>({ on: false });
  let seen: (Pick<WorkflowJson, "nodes"> & { readonly id: string; readonly definitions: unknown }) | undefined;
  /** What is to be drawn next. */
  let wanted: "few" | "all" | undefined;
  /** What was drawn last, and when it was asked for. */
  let last: { readonly what: "few" | "all"; readonly since: number; learnt: boolean } | undefined;
  let asking = false;
  let stepsNow: number = fewSteps.first;
  let rests = () => {};

  /** The selected nodes of the document: it is its pictures that are drawn, whatever is open. */
  function chosen(): ReadonlySet<string> {
    const { path, selection } = workflow.get();
    return path.length === 0 ? selection : new Set(path.slice(0, 1));
  }

  function turn(on: boolean): void {
    const { id } = workflow.get();
    const node = on ? pictureToDraw(workflow.whole(), chosen(), offer.get().catalogue) : undefined;
    if (on && node === undefined) {
      messages.say("There is no picture to draw.", { more: "Add a decoder, or open a template." });
      return;
    }
    habits.set(id, node);
    set(node === undefined ? { on: false } : { on: true, node });
    wanted = undefined;
    rests();
    if (node !== undefined) want();
  }

  /** Something that is computed has changed. */
  function want(): void {
    wanted = "few";
    rests();
    rests = clock.after(restMs, () => {
      wanted = "all";
      go();
    });
    go();
  }

  /** Why nothing may be drawn now. */
  function obstacle(node: string): string | undefined {
    if (!runs.get().connected) return "There is no connection.";
    if (isRunning(runs.get()) || runs.get().submitting) return "A run is under way.";
    if (queue.get().paused) return "The queue is paused.";
    if (queue.get().waiting > 0) return "Other runs come first.";
    if (!Object.hasOwn(workflow.whole().nodes, node)) return "Its node is gone.";
    return problems
      .get()
      .byNode.get(node)
      ?.find(({ severity }) => severity === "error")?.message;
  }

  /** Whether the last drawing is still owed something to show. */
  function isOwed(node: string): boolean {
    const { shown, passing } = runs.get();
    if (!last || !shown || shown.run !== passing || !isLive(shown.state)) return false;
    if (wanted === "all" && last.what === "few") return clock.now() - last.since < patienceMs;
    const made = shown.shows.get(node);
    const something = made !== undefined && made.frames.size + made.values.size > 0;
    return last.what === "few" && !something && clock.now() - last.since < patienceMs;
  }

  /** Chooses the steps of the next drawing by how long the last one took. */
  function learn(): void {
    const { shown, passing } = runs.get();
    if (!last || last.learnt || last.what !== "few" || shown?.run !== passing || shown?.state !== "finished") return;
    last.learnt = true;
    const ms = clock.now() - last.since;
    const fitting = Math.round((stepsNow * budgetMs) / Math.max(ms, 1));
    stepsNow = Math.max(fewSteps.least, Math.min(fewSteps.most, fitting, stepsNow * 2));
  }

  function go(): void {
    const { on, node } = get();
    learn();
    if (!on || node === undefined || wanted === undefined || asking || isOwed(node)) return;
    const waits = obstacle(node);
    if (waits !== get().waits) set({ on, node, ...(waits === undefined ? {} : { waits }) });
    if (waits !== undefined) return;
    const early = last ? last.since + apartMs - clock.now() : 0;
    if (early > 0) {
      asking = true;
      clock.after(early, () => {
        asking = false;
        go();
      });
      return;
    }
    void draw(node, wanted);
  }

  async function draw(node: string, what: "few" | "all"): Promise<void> {
    const { id } = workflow.get();
    const whole = workflow.whole();
    const document = what === "few" ? inFewSteps(whole, node, stepsNow, offer.get().catalogue) : whole;
    wanted = undefined;
    asking = true;
    last = { what, since: clock.now(), learnt: false };
    try {
      await runs.pass(document, [node], `live ${id}`);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      // The problems of the document are listed where they are; the next change tries again. It may have been turned off, or another
      // tab may have come to the front, while the server answered.
      if (get().on && get().node === node && workflow.get().id === id)
        set({ on: true, node, waits: error.problems[0]?.message ?? error.message });
    } finally {
      asking = false;
      go();
    }
  }

  function notice(): void {
    const { id } = workflow.get();
    const { nodes, definitions } = workflow.whole();
    if (seen?.id !== id) {
      seen = { id, nodes, definitions };
      const node = habits.get(id);
      set(node === undefined ? { on: false } : { on: true, node });
      wanted = undefined;
      last = undefined;
      rests();
    } else if (seen.nodes !== nodes || seen.definitions !== definitions) {
      seen = { id, nodes, definitions };
      if (get().on) want();
    } else go();
  }

  return {
    get,
    listen,
    toggle: () => turn(!get().on),
    watch() {
      for (const store of [workflow, runs, queue, problems]) store.listen(notice);
      notice();
    },
  };
}
