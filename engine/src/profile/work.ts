/** One run of a model on a device, or several of one stage that follow one another. Times are in milliseconds. */
export type ModelRun = {
  /** `pack/stage`. */
  readonly stage: string;
  /** The nodes that it was for, each once. */
  readonly nodes: readonly string[];
  /** Rows of the batch, and how many calls it was packed from. */
  readonly rows: number;
  readonly calls: number;
  /** When it began, by the clock of the run's events. */
  readonly start: number;
  /** How long the device took. */
  readonly ms: number;
  /** How long the call that came first had waited for the device. */
  readonly wait: number;
  /** If it stands for several runs: how many there were, and when the last of them ended. The other numbers are sums. */
  readonly several?: { readonly count: number; readonly end: number };
};

/**
 * What a host logs between the events of a run, once a second and before the last: what the models did since, and the memory that the
 * process then takes, in bytes; `loaded`: that of the models loaded in it, weights that stay mapped in their files included.
 */
export type WorkEvent = {
  readonly event: "run.work";
  readonly time: number;
  readonly runs: readonly ModelRun[];
  readonly rss: number;
  readonly loaded: number;
};

/** When it ended. */
export function endOfWork({ start, ms, several }: ModelRun): number {
  return several?.end ?? start + ms;
}
