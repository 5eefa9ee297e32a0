import type { RunEvent, RunView } from "@clipwork/engine";
import type { Shown, WorkAhead } from "../worker/worker-protocol.ts";
import type { Forecast } from "./forecast.ts";
import { RunProgress } from "./run-progress.ts";

/** How far the runs have got that are under way. */
export type UnderWay = {
  /** The progress of that run, if it is under way. */
  progressOf(id: string): Pick<RunProgress, "counts" | "msLeft"> | undefined;
  /** Milliseconds until something else can begin; 0 if nothing is under way, undefined if that is unknown. */
  msLeft(): number | undefined;
};

/** How far the current run has got, if the worker is running one. */
export class CurrentRun implements UnderWay {
  readonly #forecast: Forecast;
  #current: { readonly id: string; readonly progress: RunProgress } | undefined;

  constructor(forecast: Forecast) {
    this.#forecast = forecast;
  }

  /** To be called before a run's first event. */
  begin(id: string, ahead: WorkAhead): void {
    this.#current = { id, progress: new RunProgress(ahead, this.#forecast) };
  }

  /** To be called before the event that a node begins which was not ahead. */
  unforeseen(node: string, kind: string): void {
    this.#current?.progress.unforeseen(node, kind);
  }

  record(event: RunEvent | Shown, view: RunView): void {
    this.#current?.progress.record(event, view);
  }

  end(): void {
    this.#current?.progress.finish();
    this.#current = undefined;
  }

  /** The progress of that run, if it is the current one. */
  progressOf(id: string): RunProgress | undefined {
    return this.#current?.id === id ? this.#current.progress : undefined;
  }

  /** Milliseconds until the current run ends; 0 if none is running, undefined if that is unknown. */
  msLeft(): number | undefined {
    return this.#current ? this.#current.progress.msLeft() : 0;
  }
}
