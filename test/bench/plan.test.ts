import assert from "node:assert/strict";
import { test } from "node:test";
import { planned } from "./capacity-plan.ts";
import { used } from "./counted-fleet.ts";
import { readCalls, readInfo } from "./counted-redis.ts";
import { type Costs, fleetsOf, planOf, type Wishes } from "./plan.ts";

const costs: Costs = {
  ...{ redisCommands: 1000, redisMs: 20, redisBytes: 5000, keptBytes: 60_000, storeBytes: 1_000_000 },
  ...{ puts: 40, otherRequests: 60, serverMs: 50, restMs: 1 },
  further: {
    server: { redisCommands: 10, redisMs: 0.5, redisBytes: 1000, ownMs: 2 },
    worker: { redisCommands: 4, redisMs: 0.1, redisBytes: 10, ownMs: 1 },
  },
};
const prices = {
  ...{ workerHour: 1, serverHour: 0.1, redisHour: 0.2 },
  ...{ storeGigabyteMonth: 0.02, thousandPuts: 0.005, thousandOtherRequests: 0.0004 },
};
/** One picture a second in the mean. */
const wishes: Wishes = {
  picturesADay: 86_400,
  secondsAPicture: 2,
  peak: 3,
  busy: 0.5,
  keepRuns: 1000,
  storeDays: 7,
  prices,
};

test("a plan has machines for the busiest second, and room in them", () => {
  const plan = planOf(costs, wishes);
  assert.equal(plan.peakASecond, 3);
  assert.equal(plan.workers, 12, "3 a second, 2 s each, busy for half of the time");
  assert.equal(plan.servers, 2, "one would do: 3 × 50 ms a second");
  assert.equal(planOf({ ...costs, serverMs: 400 }, wishes).servers, 3, "1.2 cores, busy for half of the time");
  assert.equal(planOf(costs, { ...wishes, picturesADay: 1 }).workers, 1, "no picture is drawn by none");
});

test("a plan has what Redis does in the busiest second, rest included, and what it keeps", () => {
  const plan = planOf(costs, wishes);
  assert.equal(
    plan.redisCommandsASecond,
    3162,
    "3 × 1000, 3 × 10 for a further server, and 3 × 4 for each of 11 workers",
  );
  assert.equal(plan.redisBytesASecond, 18_330, "3 × 5,000, 3 × 1,000 for a server, and 3 × 10 for each of 11");
  assert.equal(
    plan.redisCores.toFixed(6),
    "0.078800",
    "3 × 20 ms, 3 × 0.5, 3 × 0.1 for each of 11, and 1 ms for all 14",
  );
  assert.equal(plan.hearingCores.toFixed(6), "0.006000");
  assert.equal(plan.redisMemory, 60_000_000);
});

test("a plan has what a store is given and keeps, and the money of a month", () => {
  const { storeBytesADay, storeBytes, moneyAMonth } = planOf(costs, wishes);
  assert.equal(storeBytesADay, 86.4e9);
  assert.equal(storeBytes, 604.8e9);
  assert.equal(moneyAMonth.machines.toFixed(2), (720 * (12 + 0.2 + 0.2)).toFixed(2));
  assert.equal(moneyAMonth.store.toFixed(3), "12.096");
  assert.equal(moneyAMonth.requests.toFixed(3), ((86_400 * 30 * (0.2 + 0.024)) / 1000).toFixed(3));
});

test("pictures are split among the fewest fleets whose Redis has room", () => {
  assert.equal(fleetsOf(costs, wishes).fleets, 1);
  const many = { ...wishes, picturesADay: 30 * wishes.picturesADay };
  const { fleets, each } = fleetsOf(costs, many);
  assert.ok(fleets > 1 && each.redisCores <= many.busy, `${fleets} fleets, ${each.redisCores} cores`);
  const fewer = planOf(costs, { ...many, picturesADay: many.picturesADay / (fleets - 1) });
  assert.ok(fewer.redisCores > many.busy, "one fleet less would be too few");
  assert.throws(() => fleetsOf({ ...costs, restMs: 1000 }, wishes), /busier with one worker/);
});

test("what a plan takes from its reader is refused by name where it makes no sense", () => {
  assert.equal(planned('{"secondsAPicture": 2}').secondsAPicture, 2);
  assert.throws(() => planned('{"seconds": 2}'), /CLIPWORK_PLAN has "seconds"/);
  assert.throws(() => planned('{"peak": 0}'), /"peak" of CLIPWORK_PLAN has to be a number above 0/);
});

test("what a fleet does at rest is taken off what runs cost", () => {
  const [before, after] = [
    { seconds: 10, commands: 100, puts: 4 },
    { seconds: 20, commands: 400, puts: 8 },
  ];
  assert.deepEqual(used(before, after, 4, { commands: 10 }), { seconds: 2.5, commands: 50, puts: 1 });
});

test("the calls of commands are read from what Redis says of itself", () => {
  const text =
    "# Commandstats\r\ncmdstat_evalsha:calls=25,usec=9000,usec_per_call=360.00\r\ncmdstat_client|setinfo:calls=2,usec=4\r\nused_cpu_sys:1.5\r\n";
  const info = readInfo(text);
  assert.equal(info.get("used_cpu_sys"), "1.5");
  assert.deepEqual(
    [...readCalls(info)],
    [
      ["evalsha", 25],
      ["client|setinfo", 2],
    ],
  );
});
