import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Database } from "../data-folder/database.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { Quotas } from "./quotas.ts";
import type { Limits } from "./tokens.ts";

const hour = 3600 * 1000;
const holder = (limits: Limits, name = "phone") => ({ name, scope: "run" as const, token: `hash of ${name}`, limits });

function open(context: TestContext, data = temporaryFolder(context)) {
  const database = new Database(data);
  const waiting = new Set<string>();
  const clock = { now: 1_000_000 };
  const quotas = new Quotas(
    database,
    async (run) => waiting.has(run),
    () => clock.now,
  );
  /** Submits a run that then waits; returns the seconds to wait if it may not. */
  const submit = async (who: ReturnType<typeof holder>, run: string) => {
    const outcome = await quotas.within(who, run, async () => void waiting.add(run));
    return "over" in outcome ? outcome.over : undefined;
  };
  return { database, waiting, clock, quotas, submit };
}

test("[A18] a token submits so many runs an hour, and is told when there is room for one more", async (context) => {
  const { database, clock, submit } = open(context);
  context.after(() => database.close());
  const who = holder({ runsPerHour: 2 });
  assert.equal(await submit(who, "a"), undefined);
  clock.now += 600_000;
  assert.equal(await submit(who, "b"), undefined);
  const over = (await submit(who, "c"))!;
  assert.equal(over.retryAfter, 50 * 60);
  assert.equal(over.detail, 'The token "phone" may submit 2 runs an hour, and has.');
  assert.match(over.remedy, /^Wait 50 minutes/);
  assert.equal(await submit(holder({ runsPerHour: 2 }, "laptop"), "d"), undefined, "another token is another");
  clock.now += over.retryAfter * 1000 - 1;
  assert.ok(await submit(who, "c"));
  clock.now += 1;
  assert.equal(await submit(who, "c"), undefined);
  assert.equal((await submit(who, "e"))?.retryAfter, 600);
});

test("[A18] so many of its runs wait at once, those that are being checked included", async (context) => {
  const { database, waiting, quotas, submit } = open(context);
  context.after(() => database.close());
  const who = holder({ queued: 2 });
  assert.equal(await submit(who, "a"), undefined);
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const slow = quotas.within(who, "b", () => {
    begun.resolve();
    return gate.promise;
  });
  // Until then it is not among those that are looked at.
  await begun.promise;
  const third = await submit(who, "c");
  assert.match(third!.detail, /may have 2 runs waiting at once/);
  assert.ok(third!.retryAfter > 0);
  gate.resolve();
  await slow;
  // It was submitted, and began at once.
  assert.equal(await submit(who, "c"), undefined);
  assert.ok(await submit(who, "d"));
  waiting.delete("a");
  assert.equal(await submit(who, "d"), undefined);
  assert.deepEqual(await quotas.used(who), { runsPerHour: 4, queued: 2 });
});

test("[A18] of many submissions at once no more are taken than there is room for", async (context) => {
  const { database, submit } = open(context);
  context.after(() => database.close());
  const who = holder({ queued: 3, runsPerHour: 5 });
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => submit(who, `r${i}`)));
  assert.equal(outcomes.filter((over) => over === undefined).length, 3);
});

test("[A18] a run that is refused does not count, and a token without limits is not counted", async (context) => {
  const { database, quotas, submit } = open(context);
  context.after(() => database.close());
  const who = holder({ runsPerHour: 1 });
  await assert.rejects(
    quotas.within(who, "a", async () => Promise.reject(new Error("invalid"))),
    /invalid/,
  );
  assert.equal(await submit(who, "b"), undefined);
  for (let i = 0; i < 5; i++) assert.equal(await submit(holder({}, "owner"), `o${i}`), undefined);
  const [{ n } = { n: -1 }] = database.sql.prepare("SELECT count(*) AS n FROM submissions").all();
  assert.equal(n, 1);
  assert.match((await submit(holder({ runsPerHour: 0 }, "none"), "x"))!.detail, /may submit no runs an hour/);
});

test("[A18] the counts outlive the server, and are forgotten after an hour", async (context) => {
  const data = temporaryFolder(context);
  const who = holder({ runsPerHour: 1 });
  const before = open(context, data);
  assert.equal(await before.submit(who, "a"), undefined);
  before.database.close();
  const after = open(context, data);
  context.after(() => after.database.close());
  assert.ok(await after.submit(who, "b"));
  after.clock.now += hour;
  assert.equal(await after.submit(who, "b"), undefined);
  assert.equal(after.database.sql.prepare("SELECT count(*) AS n FROM submissions").get()!.n, 1);
});

test("[A8] what a token has used is counted without writing, which a full disk would refuse", async (context) => {
  const { database, waiting, quotas, submit } = open(context);
  context.after(() => database.close());
  const who = holder({ queued: 3, runsPerHour: 9 });
  for (const run of ["a", "b"]) await submit(who, run);
  waiting.delete("a");
  database.sql.exec("PRAGMA query_only = 1");
  assert.deepEqual(await quotas.used(who), { runsPerHour: 2, queued: 1 });
  database.sql.exec("PRAGMA query_only = 0");
  for (const run of ["c", "d"]) assert.equal(await submit(who, run), undefined, "the one that began makes room");
  assert.notEqual(await submit(who, "e"), undefined);
});
