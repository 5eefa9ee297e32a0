import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { Needs, Offer } from "../../documents/needs.ts";
import { Connection } from "../../redis/connection.ts";
import { skipRedis, startRedis } from "../../redis/redis.fixture.ts";
import { messages, orderOf, request } from "../contract.fixture.ts";
import { RedisQueue } from "./redis-queue.ts";

const real = { skip: skipRedis };
const redis = skipRedis ? undefined : await startRedis();
test.after(() => redis?.stop());

const [orders, toybox, karlo] = ["orders 1", "pack toybox aa", "pack karlo bb"] as const;
const offer = (...has: string[]): Offer => ({ has: [orders, ...has], warm: [], memory: 0, atOnce: 1 });
const needing = (...has: string[]): Needs => ({ has: [orders, ...has], memory: 0 });

/** Queues of several processes in one Redis. They look for missing workers when `sweep` is called and at no other time. */
function processes(context: TestContext) {
  const prefix = `${randomUUID()}:`;
  return {
    prefix,
    async open(bounds: { readonly lackMs?: number; readonly passMs?: number } = {}): Promise<RedisQueue> {
      const queue = await RedisQueue.open(redis!.address, {
        ...{ prefix, lifeMs: 3_600_000, onFault: assert.ifError, passMs: 3_600_000, ...bounds },
      });
      context.after(() => queue.close());
      return queue;
    },
    async redis(): Promise<Connection> {
      const connection = await Connection.open(redis!.address, assert.ifError);
      context.after(() => connection.close());
      return connection;
    },
  };
}

const submit = (queue: RedisQueue, id: string, needs?: Needs) => queue.submit(id, { ...request, needs }, orderOf(id));
const lacks = async (queue: RedisQueue, id: string) => (await queue.record(id))!.lacks;

test("[F1] a worker leaves what it cannot carry out to one that can, and takes the next", real, async (context) => {
  const { open } = processes(context);
  const [server, small, large] = [await open(), await open(), await open()];
  await small.offer(offer(toybox));
  await submit(server, "a", needing(toybox, karlo));
  await submit(server, "b", needing(toybox));
  await submit(server, "c");
  assert.equal((await small.lease())!.run, "b");
  assert.equal((await small.lease())!.run, "c", "one of which nothing is known is anybody's");
  assert.equal(await small.lease(), undefined);
  assert.deepEqual(await server.waiting(), ["a"]);
  await large.offer(offer(karlo, toybox));
  assert.equal((await large.lease())!.run, "a");
});

test(
  "[F1] a worker that takes no more runs is given none, though it no longer says what it has",
  real,
  async (context) => {
    const { open } = processes(context);
    const [server, worker] = [await open(), await open()];
    await worker.offer(offer(toybox));
    await submit(server, "a", needing(karlo));
    const withdrawn = worker.offer(undefined);
    assert.equal(await worker.lease(), undefined);
    await withdrawn;
    assert.equal(await worker.lease(), undefined);
    await worker.offer(offer(karlo));
    assert.equal((await worker.lease())!.run, "a");
  },
);

test("[Q23] records without an owner take turns as the server's own", real, async (context) => {
  const { open, prefix, redis } = processes(context);
  const server = await open();
  for (const id of ["1", "2", "3"]) await submit(server, id);
  const connection = await redis();
  for (const id of ["1", "2", "3"]) await connection.send(["HDEL", `${prefix}run:${id}`, "owner"]);
  await server.submit("a1", { ...request, owner: "a" }, orderOf("a1"));
  assert.deepEqual(await server.waiting(), ["1", "a1", "2", "3"]);
  assert.equal((await server.record("1"))!.owner, undefined);
  assert.equal((await server.lease())!.run, "1");
});

test(
  "[F1] a stage that is larger than a worker's memory goes to a larger one; a device of which nothing is known takes it",
  real,
  async (context) => {
    const { open } = processes(context);
    const [server, small, gpu] = [await open(), await open(), await open()];
    await small.offer({ ...offer(), memory: 8e9 });
    await submit(server, "a", { has: [orders], memory: 9e9 });
    assert.equal(await small.lease(), undefined);
    assert.equal(await lacks(server, "a"), "memory 9000000000");
    await gpu.offer(offer());
    assert.equal(await lacks(server, "a"), undefined);
    assert.equal((await gpu.lease())!.run, "a");
  },
);

test(
  "[F2] a run for which there is no worker says what is missing, until there is one; without any worker nothing is",
  real,
  async (context) => {
    const { open } = processes(context);
    const [server, worker, other] = [await open(), await open(), await open()];
    await submit(server, "a", needing(karlo));
    assert.equal(await lacks(server, "a"), undefined);
    const changed: string[] = [];
    const heard = Promise.withResolvers<void>();
    server.watch({ changed: (run) => changed.push(run) && heard.resolve() });
    await worker.offer(offer(toybox));
    assert.equal(await lacks(server, "a"), karlo);
    await heard.promise;
    assert.deepEqual([...new Set(changed)], ["a"]);
    await other.offer(offer(karlo));
    assert.equal(await lacks(server, "a"), undefined);
    await other.offer(undefined);
    assert.equal(await lacks(server, "a"), karlo, "one that takes no more runs counts no more");
    await worker.offer(offer(karlo));
    const lease = await worker.lease();
    assert.deepEqual([lease!.run, await lacks(server, "a")], ["a", undefined]);
    await worker.offer(offer());
    await worker.giveBack(lease!, "The worker was lost");
    assert.equal(await lacks(server, "a"), karlo, "one that waits again is looked at again");
    await server.cancel("a");
    assert.equal(await lacks(server, "a"), undefined);
  },
);

test(
  "[F3] a run that has waited for a worker for too long fails, and says for what; others are not touched",
  real,
  async (context) => {
    const { open } = processes(context);
    const [patient, hasty, worker] = [await open(), await open({ lackMs: 0 }), await open()];
    await worker.offer(offer(toybox));
    for (const [id, needs] of [
      ["a", needing(`pack karlo`, karlo)],
      ["b", needing(toybox)],
    ] as const)
      await submit(patient, id, needs);
    await patient.sweep();
    assert.deepEqual(await patient.waiting(), ["a", "b"]);
    await hasty.sweep();
    assert.deepEqual(await patient.waiting(), ["b"]);
    const { state, error } = (await patient.record("a"))!;
    assert.equal(state, "failed");
    assert.match(error!, /^It waited in vain for a worker that has the model pack "karlo"\. Install it/);
    assert.deepEqual((await messages(patient, "a")).slice(1), [`notice ${error}`, "run.failed"]);
  },
);

test("[F4] a worker that Redis has forgotten says again what it has, before it takes a run", real, async (context) => {
  const { open, redis, prefix } = processes(context);
  const [server, worker] = [await open(), await open()];
  await worker.offer(offer(toybox));
  await submit(server, "a", needing(karlo));
  const connection = await redis();
  await connection.send(["DEL", `${prefix}offers`]);
  assert.equal(await worker.lease(), undefined, "it is not leased what it cannot carry out");
  assert.equal(await lacks(server, "a"), karlo);
});

test("what runs need is kept once, and goes with the last of them", real, async (context) => {
  const { open, redis, prefix } = processes(context);
  const server = await open();
  const connection = await redis();
  const classes = () => connection.send(["HLEN", `${prefix}classes`]);
  for (const id of ["a", "b"]) await submit(server, id, needing(karlo));
  assert.equal(await classes(), 1);
  await server.remove("a");
  assert.equal(await classes(), 1);
  await server.remove("b");
  assert.equal(await classes(), 0);
});

/** Two workers that can carry out all, each with one pack loaded, and a server. */
async function warmWorkers(context: TestContext, passMs?: number) {
  const { open } = processes(context);
  const bounds = passMs === undefined ? {} : { passMs };
  const [server, toy, large] = [await open(), await open(bounds), await open(bounds)];
  const able = offer(toybox, karlo);
  await toy.offer({ ...able, warm: [toybox] });
  await large.offer({ ...able, warm: [karlo] });
  return { server, toy, large, able };
}

/** Leases as many and ends none: what that worker takes, in order. */
async function taken(queue: RedisQueue, count: number): Promise<string[]> {
  const runs: string[] = [];
  for (let i = 0; i < count; i++) runs.push((await queue.lease())?.run ?? "nothing");
  return runs;
}

test(
  "[F6] a worker takes first what it has loaded, of one priority; a run whose pack nobody has loaded waits for nobody",
  real,
  async (context) => {
    const { server, toy, large, able } = await warmWorkers(context);
    for (const [id, pack] of [
      ["a", karlo],
      ["b", karlo],
      ["c", toybox],
      ["d", toybox],
    ] as const)
      await submit(server, id, needing(pack));
    await server.prioritize("b", "high");
    assert.deepEqual(await taken(large, 1), ["b"]);
    assert.deepEqual(await taken(toy, 2), ["c", "d"]);
    assert.deepEqual(await taken(toy, 1), ["a"], "those who have it loaded are busy");
    await toy.offer({ ...able, warm: [] });
    await submit(server, "e", needing(toybox));
    assert.deepEqual(await taken(toy, 1), ["e"]);
  },
);

test("[F6] a run is left to a free worker that has its pack loaded, as many as that takes", real, async (context) => {
  const { server, toy, large } = await warmWorkers(context);
  await submit(server, "a", needing(karlo));
  assert.deepEqual(await taken(toy, 1), ["nothing"]);
  for (const [id, pack] of [
    ["b", toybox],
    ["c", karlo],
    ["d", karlo],
  ] as const)
    await submit(server, id, needing(pack));
  await server.prioritize("b", "low");
  assert.deepEqual(await taken(toy, 1), ["c"], "the free one takes one of them");
  assert.deepEqual(await taken(large, 1), ["a"]);
});

test("[F6] what is loaded goes before no priority", real, async (context) => {
  const { server, toy, large } = await warmWorkers(context);
  for (const [id, pack] of [
    ["a", karlo],
    ["b", karlo],
    ["c", toybox],
  ] as const)
    await submit(server, id, needing(pack));
  await server.prioritize("c", "low");
  assert.deepEqual(await taken(large, 1), ["a"]);
  assert.deepEqual(await taken(toy, 2), ["b", "c"]);
});

test("[F7] a run is passed over at most eight times", real, async (context) => {
  const { server, toy, large } = await warmWorkers(context);
  for (const id of ["z", "a"]) await submit(server, id, needing(karlo));
  assert.deepEqual(await taken(large, 1), ["z"]);
  for (let i = 0; i < 12; i++) await submit(server, `b${i}`, needing(toybox));
  assert.equal((await taken(toy, 13)).indexOf("a"), 8);
});

test(
  "[F7] a run that is left to a free worker, which does not take it, is passed over at most eight times",
  real,
  async (context) => {
    const { server, toy } = await warmWorkers(context);
    await submit(server, "a", needing(karlo));
    for (let i = 0; i < 12; i++) await submit(server, `b${i}`, needing(toybox));
    assert.equal((await taken(toy, 13)).indexOf("a"), 8);
  },
);

test(
  "[F7] a run is passed over only for its time: then a worker that has not its pack loaded is woken and takes it",
  real,
  async (context) => {
    const { server, toy } = await warmWorkers(context, 30);
    await submit(server, "a", needing(karlo));
    const woken = Promise.withResolvers<void>();
    toy.watch({ waiting: () => woken.resolve() });
    let lease = await toy.lease();
    if (!lease) {
      await woken.promise;
      lease = await toy.lease();
    }
    assert.equal(lease!.run, "a");
  },
);
