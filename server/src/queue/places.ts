import type { KindCounts } from "../checker/checker-protocol.ts";
import type { UnderWay } from "../forecast/current-runs.ts";
import type { Forecast } from "../forecast/forecast.ts";
import type { RunQueue } from "./port.ts";

/** How many waiting runs are forecast. */
const maxForecast = 20;

/** A waiting run's place, and the milliseconds until it has ended: the rest of the current run, the runs before it and its own. */
export type Place = { readonly position: number; readonly msLeft?: number };

/** Where runs wait, and for how long. */
export class Places {
  readonly #queue: Pick<RunQueue, "waiting" | "position" | "kinds">;
  readonly #forecast: Forecast;
  readonly #current: UnderWay;
  /** The kinds of work in the waiting runs that are forecast. */
  #kinds: ReadonlyMap<string, KindCounts> = new Map();

  constructor(queue: Pick<RunQueue, "waiting" | "position" | "kinds">, forecast: Forecast, current: UnderWay) {
    this.#queue = queue;
    this.#forecast = forecast;
    this.#current = current;
  }

  /** The place of a run; undefined if it does not wait. */
  async of(run: string): Promise<Place | undefined> {
    const position = await this.#queue.position(run);
    if (position === undefined) return undefined;
    return position < maxForecast ? (await this.#ofWaiting(position + 1)).get(run) : { position };
  }

  /** The places of the runs that wait, next first: of all, or of so many. */
  all(limit?: number): Promise<ReadonlyMap<string, Place>> {
    return this.#ofWaiting(limit);
  }

  async #ofWaiting(limit?: number): Promise<ReadonlyMap<string, Place>> {
    const waiting = await this.#queue.waiting(limit);
    const kinds = new Map<string, KindCounts>();
    for (const id of waiting.slice(0, maxForecast)) {
      const known = this.#kinds.get(id);
      kinds.set(id, known === undefined ? await this.#queue.kinds(id) : known);
    }
    this.#kinds = kinds;
    const places = new Map<string, Place>();
    let msLeft = this.#current.msLeft();
    for (const [position, id] of waiting.entries()) {
      const known = kinds.get(id);
      const ms = known === undefined ? undefined : this.#forecast.msOfAll(known);
      msLeft = ms === undefined || msLeft === undefined ? undefined : msLeft + ms;
      places.set(id, msLeft === undefined ? { position } : { position, msLeft });
    }
    return places;
  }
}
