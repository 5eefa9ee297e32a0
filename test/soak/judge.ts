import { spread } from "../bench/statistics.ts";
import { keepBytes, keepRuns, type Sample, together } from "./soak.ts";

/** What grows may do so by so much after the first window. */
export const mayGrow = 1.1;
/** The pictures of a run: what each of its five nodes gives, in two sizes, and the output. */
const filesOfRun = 11;

/**
 * How many times what it was in the first window of so many runs a figure became in any later one, by the medians of each: memory goes up
 * and down as it is collected. The runs before `from` are left out. NaN without two windows.
 */
export function growth(
  samples: readonly Sample[],
  of: (sample: Sample) => number,
  { from, window }: { readonly from: number; readonly window: number },
): number {
  const windows = new Map<number, number[]>();
  for (const sample of samples) {
    if (sample.runs <= from) continue;
    const which = Math.ceil((sample.runs - from) / window);
    windows.set(which, [...(windows.get(which) ?? []), of(sample)]);
  }
  const [first = Number.NaN, ...later] = [...windows.values()].map((values) => spread(values).median);
  return later.length === 0 ? Number.NaN : Math.max(...later) / first;
}

/** What grows without end after so many runs, or is more than it may be, in sentences. */
export function complaints(samples: readonly Sample[], range: { readonly from: number; readonly window: number }) {
  const grows = (what: string, of: (sample: Sample) => number) => {
    const times = growth(samples, of, range);
    return times > mayGrow ? [`${what}: ${times.toFixed(2)} times what it was`] : [];
  };
  const most = (of: (sample: Sample) => number, limit: number, what: string) => {
    const found = Math.max(...samples.map(of));
    return found > limit ? [`${what}: ${found}, where ${limit} is the most`] : [];
  };
  return [
    ...grows("memory that is kept", ({ kept }) => kept),
    ...grows("resident memory", ({ resident }) => resident),
    ...grows("open files", ({ open }) => open),
    ...grows("other files", ({ files }) => files.others),
    ...grows("other bytes", ({ bytes }) => bytes.others),
    // The runs that end while somebody looks how much there is add some more.
    ...most(({ bytes }) => bytes.values, 2 * keepBytes, "bytes of values"),
    // Those of runs that are removed go between two runs.
    ...most(({ files }) => files.artifacts, filesOfRun * (keepRuns + 2 * together), "files of artifacts"),
  ];
}
