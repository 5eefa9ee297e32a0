/** What a picture costs a fleet of one server and one worker, as `npm run bench -- capacity` finds it. Times are of processors, in milliseconds. */
export type Costs = {
  readonly redisCommands: number;
  readonly redisMs: number;
  readonly redisBytes: number;
  readonly keptBytes: number;
  readonly storeBytes: number;
  readonly puts: number;
  readonly otherRequests: number;
  readonly serverMs: number;
  /** What each further server adds to a picture, which hears of all runs, and each further worker, which hears that there is one. */
  readonly further: { readonly server: Further; readonly worker: Further };
  /** Of Redis for every server and worker, in each second. */
  readonly restMs: number;
};

/** Of Redis, and of its own processor. */
type Further = {
  readonly redisCommands: number;
  readonly redisMs: number;
  readonly redisBytes: number;
  readonly ownMs: number;
};

/** What whoever plans has to know or to decide. */
export type Wishes = {
  readonly picturesADay: number;
  /** How long a worker is busy with a picture. */
  readonly secondsAPicture: number;
  /** The busiest second has so many times the pictures of a mean one. */
  readonly peak: number;
  /** So large a part of the time a worker or a server may be busy then. */
  readonly busy: number;
  /** Runs that are kept (`keepRuns`), and days that the store keeps an object. */
  readonly keepRuns: number;
  readonly storeDays: number;
  readonly prices: {
    readonly workerHour: number;
    readonly serverHour: number;
    readonly redisHour: number;
    readonly storeGigabyteMonth: number;
    readonly thousandPuts: number;
    readonly thousandOtherRequests: number;
  };
};

export type Plan = {
  readonly peakASecond: number;
  readonly workers: number;
  readonly servers: number;
  readonly redisCommandsASecond: number;
  /** Cores of Redis that are busy in the busiest second; its scripts have one. */
  readonly redisCores: number;
  /** Cores that each server or worker has busy then by hearing of the runs of others, whichever has more. */
  readonly hearingCores: number;
  readonly redisBytesASecond: number;
  readonly redisMemory: number;
  readonly storeBytesADay: number;
  readonly storeBytes: number;
  readonly moneyAMonth: { readonly machines: number; readonly store: number; readonly requests: number };
};

const daySeconds = 86_400;
/** A month has 30 days. */
const [monthDays, monthHours] = [30, 720];
/** Cores of a machine that hearing of others may take. */
const hearingAtMost = 0.1;
/** One server more than a single one, so that one may be away. */
const leastServers = 2;

/** What one fleet needs for so many pictures a day: all costs grow as the pictures do, and what is heard as pictures times machines. */
export function planOf(costs: Costs, wishes: Wishes): Plan {
  const { picturesADay, secondsAPicture, peak, busy, keepRuns, storeDays, prices } = wishes;
  const peakASecond = (picturesADay / daySeconds) * peak;
  const workers = Math.max(1, Math.ceil((peakASecond * secondsAPicture) / busy));
  const servers = Math.max(leastServers, Math.ceil((peakASecond * costs.serverMs) / 1000 / busy));
  const storeBytesADay = picturesADay * costs.storeBytes;
  const storeBytes = storeBytesADay * storeDays;
  const processes = workers + servers;
  // The costs are those of a fleet of one server and one worker.
  const ofAll = (what: "redisCommands" | "redisMs" | "redisBytes") =>
    costs[what] + (servers - 1) * costs.further.server[what] + (workers - 1) * costs.further.worker[what];
  const requests = costs.puts * prices.thousandPuts + costs.otherRequests * prices.thousandOtherRequests;
  return {
    peakASecond,
    workers,
    servers,
    redisCommandsASecond: peakASecond * ofAll("redisCommands"),
    redisCores: (peakASecond * ofAll("redisMs") + processes * costs.restMs) / 1000,
    hearingCores: (peakASecond * Math.max(costs.further.server.ownMs, costs.further.worker.ownMs)) / 1000,
    redisBytesASecond: peakASecond * ofAll("redisBytes"),
    redisMemory: keepRuns * costs.keptBytes,
    storeBytesADay,
    storeBytes,
    moneyAMonth: {
      machines: monthHours * (workers * prices.workerHour + servers * prices.serverHour + prices.redisHour),
      store: (storeBytes / 1e9) * prices.storeGigabyteMonth,
      requests: (picturesADay * monthDays * requests) / 1000,
    },
  };
}

/** The fewest fleets, each with a Redis of its own, in which Redis and what is heard keep to `busy`, and what each of them needs. */
export function fleetsOf(costs: Costs, wishes: Wishes): { readonly fleets: number; readonly each: Plan } {
  for (let fleets = 1; ; fleets++) {
    const each = planOf(costs, { ...wishes, picturesADay: wishes.picturesADay / fleets });
    if (each.redisCores <= wishes.busy && each.hearingCores <= hearingAtMost) return { fleets, each };
    // Smaller fleets do not help where one with a single worker is too much.
    if (each.workers === 1) throw new Error("Redis is busier with one worker than it may be: raise busy.");
  }
}
