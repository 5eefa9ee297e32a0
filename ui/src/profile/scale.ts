/** The part of a run's time that a timeline shows, in milliseconds from the run's beginning. */
export type Window = { readonly from: number; readonly to: number };

/** No less than this is shown, in milliseconds. */
const least = 0.05;

/** All of a run that took so long. */
export function wholeOf(ms: number): Window {
  return { from: 0, to: Math.max(ms, least) };
}

/** Zooms about a time, which stays where it is. A factor below 1 shows less. Never more than all is shown. */
export function zoomed({ from, to }: Window, about: number, factor: number, ms: number): Window {
  const length = Math.min(Math.max((to - from) * factor, least), wholeOf(ms).to);
  const share = to > from ? (about - from) / (to - from) : 0;
  return kept({ from: about - share * length, to: about + (1 - share) * length }, ms);
}

/** Moves it by so many milliseconds, no further than the run goes. */
export function moved({ from, to }: Window, by: number, ms: number): Window {
  return kept({ from: from + by, to: to + by }, ms);
}

function kept({ from, to }: Window, ms: number): Window {
  const length = to - from;
  const first = Math.max(0, Math.min(from, wholeOf(ms).to - length));
  return { from: first, to: first + length };
}

/** Round times to be named on an axis, at most so many. */
export function ticksOf({ from, to }: Window, most: number): readonly number[] {
  const rough = (to - from) / Math.max(most, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough)!;
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step); i * step <= to; i++) ticks.push(i * step);
  return ticks;
}

/** A short time as people say it: "0.4 ms", "12 ms", "1.24 s". */
export function exactTime(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(2))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 100_000 ? `${Number((ms / 1000).toFixed(2))} s` : `${Math.round(ms / 1000)} s`;
}
