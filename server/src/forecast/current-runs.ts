import { isRunEnd, type RunEvent, type RunView } from "@clipwork/engine";
import { isShown, type Shown, type WorkAhead } from "../worker/worker-protocol.ts";
import type { Forecast } from "./forecast.ts";
import { RunProgress } from "./run-progress.ts";

/** How far the runs have got that are under way. */
export type UnderWay = {
  /** The progress of that run, if it is under way. */
  progressOf(id: string): Pick<RunProgress, "counts" | "msLeft"> | undefined;
  /** Milliseconds until something else can begin; 0 if nothing is under way, undefined if that is unknown. */
  msLeft(): number | undefined;
};

/** How far the runs have got that the worker of this process has in progress. */
export class CurrentRuns implements UnderWay {
  readonly #forecast: Forecast;
  readonly #sizeOf: (key: string) => number;
  readonly #current = new Map<string, RunProgress>();
  /** Those that had company: how long their nodes took says nothing of one alone. */
  readonly #shared = new Set<string>();
  /** Those whose end the worker has told, and that are still being stored: the next may have begun, and is no company. */
  readonly #over = new Set<string>();

  /** `sizeOf`: the bytes of a kept value, 0 if it is not there. */
  constructor(forecast: Forecast, sizeOf: (key: string) => number) {
    this.#forecast = forecast;
    this.#sizeOf = sizeOf;
  }

  /** To be called before a run's first event. */
  begin(id: string, ahead: WorkAhead): void {
    this.#current.set(id, new RunProgress(ahead, this.#forecast, this.#sizeOf));
    const company = [...this.#current.keys()].filter((one) => !this.#over.has(one));
    if (company.length > 1) for (const one of company) this.#shared.add(one);
  }

  /** To be called before the event that a node begins which was not ahead. */
  unforeseen(id: string, node: string, kind: string): void {
    this.#current.get(id)?.unforeseen(node, kind);
  }

  record(id: string, event: RunEvent | Shown, view: RunView): void {
    this.#current.get(id)?.record(event, view);
    if (!isShown(event) && isRunEnd(event)) this.#over.add(id);
  }

  end(id: string): void {
    if (!this.#shared.delete(id)) this.#current.get(id)?.finish();
    this.#current.delete(id);
    this.#over.delete(id);
  }

  /** How far a run has got; undefined if it is not in progress. */
  progressOf(id: string): ReturnType<UnderWay["progressOf"]> {
    const progress = this.#current.get(id);
    return progress && { counts: () => progress.counts(), msLeft: () => this.#msLeftOf(progress) };
  }

  /** Milliseconds until all of them have ended; 0 if there is none, undefined if that is unknown. */
  msLeft(): number | undefined {
    return sum([...this.#current.values()].map((progress) => progress.msLeft()));
  }

  /** Until this one has ended: the others take their turns meanwhile, until they end or it does. */
  #msLeftOf(progress: RunProgress): number | undefined {
    const own = progress.msLeft();
    if (own === undefined) return undefined;
    return sum([...this.#current.values()].map((one) => Math.min(one.msLeft() ?? own, own)));
  }
}

function sum(all: readonly (number | undefined)[]): number | undefined {
  return all.reduce((before, ms) => (before === undefined || ms === undefined ? undefined : before + ms), 0);
}
