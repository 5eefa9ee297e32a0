import type { Findings } from "./findings.ts";
import { type Costs, fleetsOf, type Plan, planOf, type Wishes } from "./plan.ts";

/**
 * Of a picture of 256 pixels by toybox, from the section "What a run costs a fleet" of BENCHMARKS.md, on two busy cores: those of one server and one worker
 * as they were seen first, when Redis was asked for somewhat more, and had more of its core than later, when the machine was busier.
 */
const costs: Costs = {
  redisCommands: 1306,
  redisMs: 21.57,
  redisBytes: 344_949 + 403_786,
  keptBytes: 61_539,
  storeBytes: 314_181 + 853_809,
  puts: 40.8,
  otherRequests: 53.9,
  serverMs: 59,
  further: {
    // Of what goes out to it, what came in more is left out: so many previews there were of one picture more than of another. Its commands are those of small runs.
    server: {
      redisCommands: 587 - 532,
      redisMs: 9.72 - 8.87,
      redisBytes: 823_035 - 752_534 - (601_044 - 589_086),
      ownMs: 12.2,
    },
    // A worker hears that a run waits, whatever is in it: the figures are those of small runs.
    worker: {
      redisCommands: (532 - 417) / 4,
      redisMs: (8.87 - 7.55) / 4,
      redisBytes: (26_718 + 22_110 - 24_854 - 20_121) / 4,
      ownMs: 15.2 / 4,
    },
  },
  restMs: 4.21 / 7,
};

/** What a reader replaces: round numbers, and prices that nobody has quoted. */
const example = {
  ...{ secondsAPicture: 5, peak: 3, busy: 0.7, keepRuns: 100_000, storeDays: 7 },
  ...{ workerHour: 1, serverHour: 0.1, redisHour: 0.3 },
  ...{ storeGigabyteMonth: 0.025, thousandPuts: 0.005, thousandOtherRequests: 0.0005 },
};
const days = [1_000, 100_000, 1_000_000];

/** The example with what `CLIPWORK_PLAN` says instead, a JSON object. Throws where that has an unknown name, or no number above 0. */
export function planned(text: string | undefined): typeof example {
  const given = text === undefined ? {} : (JSON.parse(text) as Record<string, unknown>);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(example, name))
      throw new Error(`CLIPWORK_PLAN has "${name}"; there are ${Object.keys(example).join(", ")}.`);
    if (typeof value !== "number" || !(value > 0 && value < Number.POSITIVE_INFINITY))
      throw new Error(`"${name}" of CLIPWORK_PLAN has to be a number above 0.`);
  }
  return { ...example, ...given };
}

const whole = (value: number) => Math.round(value).toLocaleString("en-US");
const bytes = (value: number) => (value < 1e12 ? `${(value / 1e9).toFixed(1)} GB` : `${(value / 1e12).toFixed(1)} TB`);
type Split = { readonly single: Plan; readonly fleets: number; readonly each: Plan };
const share = (cores: number) => `${(100 * cores).toFixed(0)} %`;
const rows: readonly (readonly [title: string, show: (split: Split) => string])[] = [
  ["one fleet: Redis, of its one core", ({ single }) => share(single.redisCores)],
  ["one fleet: traffic of Redis, MB/s", ({ single }) => (single.redisBytesASecond / 1e6).toFixed(1)],
  ["one fleet: each server hears of others, of a core", ({ single }) => share(single.hearingCores)],
  ["fleets, each with its Redis", ({ fleets }) => whole(fleets)],
  ["in each: pictures in the busiest second", ({ each }) => each.peakASecond.toFixed(2)],
  ["in each: workers", ({ each }) => whole(each.workers)],
  ["in each: servers", ({ each }) => whole(each.servers)],
  ["in each: Redis, commands in that second", ({ each }) => whole(each.redisCommandsASecond)],
  ["in each: Redis, of its one core", ({ each }) => share(each.redisCores)],
  ["in each: Redis, traffic, MB/s", ({ each }) => (each.redisBytesASecond / 1e6).toFixed(1)],
  ["in each: Redis, memory of the kept runs", ({ each }) => bytes(each.redisMemory)],
  ["all: store, a day", ({ fleets, each }) => bytes(fleets * each.storeBytesADay)],
  ["all: store, kept", ({ fleets, each }) => bytes(fleets * each.storeBytes)],
  ["all: money a month, machines", ({ fleets, each }) => whole(fleets * each.moneyAMonth.machines)],
  ["all: money a month, store", ({ fleets, each }) => whole(fleets * each.moneyAMonth.store)],
  ["all: money a month, requests to the store", ({ fleets, each }) => whole(fleets * each.moneyAMonth.requests)],
];

/** What a fleet needs for so many pictures a day, calculated from what a picture was seen to cost. */
export async function measure(text = process.env.CLIPWORK_PLAN): Promise<Findings> {
  const { workerHour, serverHour, redisHour, storeGigabyteMonth, thousandPuts, thousandOtherRequests, ...rest } =
    planned(text);
  const prices = { workerHour, serverHour, redisHour, storeGigabyteMonth, thousandPuts, thousandOtherRequests };
  const plans = days.map((picturesADay): Split => {
    const wishes: Wishes = { ...rest, picturesADay, prices };
    return { single: planOf(costs, wishes), ...fleetsOf(costs, wishes) };
  });
  return {
    head: ["pictures a day", ...days.map(whole)],
    rows: rows.map(([title, show]) => [title, ...plans.map(show)]),
    notes: [
      `A worker is busy for ${rest.secondsAPicture} s with a picture; the busiest second has ${rest.peak} times the mean, and machines are busy for ${rest.busy} of it at most. ${whole(rest.keepRuns)} runs are kept in each fleet, and objects for ${rest.storeDays} days.`,
      `Prices, put in and not quoted: an hour of a worker ${workerHour}, of a server ${serverHour}, of Redis ${redisHour}; a gigabyte for a month ${storeGigabyteMonth}; a thousand PUT requests ${thousandPuts}, a thousand others ${thousandOtherRequests}.`,
    ],
  };
}
