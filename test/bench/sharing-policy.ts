import type { Findings } from "./findings.ts";

/** Milliseconds of a step of toybox's decoder: fixed, and for each row; from the section "Sixteen seeds" of BENCHMARKS.md. */
const stepMs = 6;
const rowMs = 16;
/** Steps of a decoder at its defaults, rows of a seed with guidance, and the most rows of a model run. */
const steps = 11;
const rowsOfSeed = 2;
const maxRows = 64;
/** Runs that come, and how many of them want sixteen seeds. */
const arrivals = 4_000;
const largeShare = 0.05;

/** A run: when it came, and the steps that are left of each of its seeds. */
type Job = { readonly came: number; readonly seeds: number; left: number[] };
type Policy = { readonly atOnce: number; readonly fairRows: number };
type Waits = { readonly small: number[]; readonly large: number[]; busyMs: number };

/** Numbers in [0, 1) that are the same each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Runs that come one by one, at random times, so often that the device would be busy for that share of the time without sharing. */
function comingJobs(load: number, seed: number): Job[] {
  const draw = random(seed);
  const msOf = (rows: number) => steps * (stepMs + rowMs * rows);
  const mean = (1 - largeShare) * msOf(rowsOfSeed) + largeShare * msOf(16 * rowsOfSeed);
  let time = 0;
  return Array.from({ length: arrivals }, () => {
    time += (-Math.log(1 - draw()) * mean) / load;
    const seeds = draw() < largeShare ? 16 : 1;
    return { came: time, seeds, left: new Array(seeds).fill(steps) };
  });
}

/**
 * Carries them out with so many in progress at once, as the device queue packs their steps: the one that has waited longest goes first,
 * with all that wait and fit, and of each run no more than its share. Returns how long each was there, in milliseconds.
 */
function simulate(jobs: readonly Job[], { atOnce, fairRows }: Policy): Waits {
  const waits: Waits = { small: [], large: [], busyMs: 0 };
  let inProgress: Job[] = [];
  let now = 0;
  for (let next = 0; next < jobs.length || inProgress.length > 0; ) {
    if (inProgress.length === 0) now = Math.max(now, jobs[next]!.came);
    while (inProgress.length < atOnce && next < jobs.length && jobs[next]!.came <= now) inProgress.push(jobs[next++]!);
    const share = inProgress.length > 1 ? fairRows : maxRows;
    let rows = 0;
    const served = new Set<Job>();
    for (const job of inProgress) {
      const seeds = Math.floor(Math.min(share, maxRows - rows, job.left.length * rowsOfSeed) / rowsOfSeed);
      if (seeds === 0) continue;
      served.add(job);
      rows += seeds * rowsOfSeed;
      // Those that have the most left have waited longest.
      job.left.sort((a, b) => b - a);
      job.left = job.left.map((left, i) => (i < seeds ? left - 1 : left)).filter((left) => left > 0);
    }
    const ms = stepMs + rowMs * rows;
    now += ms;
    waits.busyMs += ms;
    for (const job of served)
      if (job.left.length === 0) (job.seeds === 1 ? waits.small : waits.large).push(now - job.came);
    const open = inProgress.filter(({ left }) => left.length > 0);
    // Who had a turn waits behind those who had none.
    inProgress = [...open.filter((job) => !served.has(job)), ...open.filter((job) => served.has(job))];
  }
  return waits;
}

function inSeconds(ms: readonly number[]): string {
  const sorted = ms.toSorted((a, b) => a - b);
  const mean = ms.reduce((sum, one) => sum + one, 0) / ms.length;
  const p95 = sorted[Math.floor(sorted.length * 0.95)]!;
  return `${(mean / 1000).toFixed(2)} / ${(p95 / 1000).toFixed(2)}`;
}

const policies: readonly Policy[] = [
  { atOnce: 1, fairRows: maxRows },
  ...[2, 4, 8, 16].flatMap((atOnce) => [maxRows, 8, 4].map((fairRows) => ({ atOnce, fairRows }))),
];

/** How long people wait for one seed and for sixteen, by how many runs are in progress at once, their share, and how busy the device is. */
export async function measure(): Promise<Findings> {
  const rows: string[][] = [];
  for (const load of [0.5, 0.8, 0.95])
    for (const policy of policies) {
      const jobs = comingJobs(load, 1);
      const alone = jobs.reduce((sum, { seeds }) => sum + steps * (stepMs + rowMs * rowsOfSeed * seeds), 0);
      const { small, large, busyMs } = simulate(jobs, policy);
      const { atOnce, fairRows } = policy;
      const share = fairRows === maxRows ? "any" : `${fairRows}`;
      rows.push([`${load}`, `${atOnce}`, share, inSeconds(small), inSeconds(large), (alone / busyMs).toFixed(2)]);
    }
  return {
    head: [
      "load",
      "at once",
      "rows of a run",
      "one seed, s, mean / 95 %",
      "sixteen, s, mean / 95 %",
      "device time saved, times",
    ],
    rows,
    notes: [],
  };
}
