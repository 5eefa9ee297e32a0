import type { Profile } from "./profile.ts";

/** What the runs of one stage took together. */
export type StageTime = {
  /** `pack/stage`. */
  readonly stage: string;
  readonly runs: number;
  readonly rows: number;
  readonly ms: number;
  /** How long calls waited for the device, each run by the call that came first. */
  readonly wait: number;
  /** Of the time that the run took, from 0 to 1. */
  readonly share: number;
};

export type StageTimes = {
  /** The one that took longest first. */
  readonly stages: readonly StageTime[];
  /** What no model took: of the time that the run took, in milliseconds and from 0 to 1. */
  readonly rest: { readonly ms: number; readonly share: number };
};

/** Where a run's time went, stage by stage. A device does one run at a time, so that their times add up. */
export function stageTimes({ start, end, work }: Profile): StageTimes {
  const all = Math.max(end - start, 0);
  const shareOf = (ms: number) => (all > 0 ? Math.min(1, ms / all) : 0);
  const sums = new Map<string, StageTime>();
  for (const { stage, rows, ms, wait, several } of work) {
    const sum = sums.get(stage) ?? { stage, runs: 0, rows: 0, ms: 0, wait: 0, share: 0 };
    sums.set(stage, {
      ...sum,
      runs: sum.runs + (several?.count ?? 1),
      rows: sum.rows + rows,
      ms: sum.ms + ms,
      wait: sum.wait + wait,
    });
  }
  const stages = [...sums.values()].map((sum) => ({ ...sum, share: shareOf(sum.ms) })).sort((a, b) => b.ms - a.ms);
  const rest = Math.max(0, all - stages.reduce((sum, { ms }) => sum + ms, 0));
  return { stages, rest: { ms: rest, share: shareOf(rest) } };
}
