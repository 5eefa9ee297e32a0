// What a queue asks of Redis: calls, what has to get to the disk, and what is told to whom.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type TestContext, test } from "node:test";
import { Connection } from "../../redis/connection.ts";
import { skipRedis, startRedis } from "../../redis/redis.fixture.ts";
import { finished, leased, notice, request, submit } from "../contract.fixture.ts";
import { RedisQueue, type RedisQueueOptions } from "./redis-queue.ts";
import { listOf, Scripts } from "./scripts.ts";

const real = { skip: skipRedis };
const redis = skipRedis ? undefined : await startRedis();
test.after(() => redis?.stop());

/** Queues of several processes in one Redis, which say on their own that they live at no time that matters, and what Redis has done. */
async function processes(context: TestContext) {
  const prefix = `${randomUUID()}:`;
  const connection = await Connection.open(redis!.address, assert.ifError);
  context.after(() => connection.close());
  const figure = async (section: string, pattern: RegExp) =>
    Number(pattern.exec(String(await connection.send(["INFO", section])))?.[1] ?? 0);
  return {
    async open(hears: RedisQueueOptions["hears"] = "all"): Promise<RedisQueue> {
      const queue = await RedisQueue.open(redis!.address, {
        prefix,
        lifeMs: 3_600_000,
        hears,
        onFault: assert.ifError,
      });
      context.after(() => queue.close());
      return queue;
    },
    connection,
    prefix,
    /** Commands until now, those that scripts called included. */
    async commands(): Promise<number> {
      const stats = String(await connection.send(["INFO", "commandstats"]));
      // What is asked here is none of the queue's.
      const others = stats.split("\r\n").filter((line) => !/^cmdstat_(info|config)/.test(line));
      return others.reduce((sum, line) => sum + Number(/:calls=(\d+)/.exec(line)?.[1] ?? 0), 0);
    },
    /** Calls of scripts until now. */
    calls: () => figure("commandstats", /cmdstat_evalsha:calls=(\d+)/),
    /** Bytes of the journal until now: what is in it was waited for. */
    journal: () => figure("persistence", /aof_current_size:(\d+)/),
    hear: (channel: string, hear: (message: string) => void) => connection.hear(`${prefix}${channel}`, hear),
  };
}

test("[F8] what changes nothing writes nothing, and is told to nobody", real, async (context) => {
  const { open, journal, hear } = await processes(context);
  const [server, worker] = [await open(), await open("work")];
  await submit(server, "a");
  await leased(worker);
  await worker.offer({ has: ["orders 1"], warm: [], memory: 0, atOnce: 1 });
  // From here on it is known that it waits to be told.
  assert.equal(await worker.lease(), undefined);
  const heard: string[] = [];
  await hear("news", (message) => heard.push(message));
  const before = await journal();
  assert.equal(await worker.lease(), undefined);
  assert.equal(await worker.retain(100), 0);
  await server.makeRoom("a");
  assert.equal(await server.cancel("unknown"), false);
  assert.equal(await server.cancelWaiting(), 0);
  assert.equal(await server.remove("a"), false);
  assert.equal(await journal(), before);
  await server.pause(true);
  while (heard.length === 0) await new Promise(setImmediate);
  assert.match(heard[0]!, /"paused":true/);
  assert.ok((await journal()) > before, "a change is written");
});

test(
  "[F8] from its submission to its end a run takes a call for each of: submission, lease, and events that are told together",
  real,
  async (context) => {
    const { open, calls } = await processes(context);
    const [server, worker] = [await open(), await open("work")];
    // Each has its script by now.
    await Promise.all([server.countWaiting(), worker.countWaiting()]);
    const before = await calls();
    await server.submit("a", { ...request, fresh: true }, new Uint8Array([0, 255, 128, 13, 10, 0]));
    const lease = await leased(worker);
    assert.deepEqual([...lease.order!], [0, 255, 128, 13, 10, 0]);
    assert.equal(lease.fresh, true);
    await Promise.all([...Array(20).keys()].map((i) => worker.report(lease, notice(`${i}`))));
    await worker.report(lease, finished);
    assert.equal((await calls()) - before, 4);
    assert.equal((await server.events.read("a", 0, 100)).length, 22);
  },
);

test(
  "[F9] a worker hears that a run waits and that one is to stop, and of no event; a server hears of all",
  real,
  async (context) => {
    const { open, hear } = await processes(context);
    const [server, worker, other] = [await open(), await open("work"), await open("work")];
    const told: string[] = [];
    await hear("work", (message) => told.push(message));
    const heard: string[] = [];
    for (const [name, queue] of Object.entries({ server, worker, other }))
      queue.watch({
        event: ({ event }) => heard.push(`${name}: ${event}`),
        stopping: (run) => heard.push(`${name}: stop ${run}`),
        waiting: () => heard.push(`${name}: waits`),
      });
    const all = async (line: string) => {
      while (!heard.includes(line)) await new Promise(setImmediate);
    };
    await submit(server, "a");
    for (const name of ["worker", "other"]) await all(`${name}: waits`);
    const lease = await leased(worker);
    await worker.report(lease, notice("one"));
    await server.cancel("a");
    for (const name of ["worker", "other"]) await all(`${name}: stop a`);
    await worker.report(lease, { ...finished, event: "run.cancelled" } as typeof finished);
    await all("server: run.cancelled");
    assert.deepEqual(
      heard.filter((line) => line.startsWith("other")),
      ["other: waits", "other: stop a"],
    );
    assert.deepEqual(
      heard.filter((line) => line.startsWith("server")),
      ["server: run.queued", "server: waits", "server: notice", "server: stop a", "server: run.cancelled"],
    );
    assert.equal(told.length, 2);
    assert.ok(
      told.every((message) => message.length < 200),
      "it is short, whatever the run is",
    );
  },
);

test(
  "[F11] of many workers that found nothing three are told of a run; whoever takes one while more waits tells others",
  real,
  async (context) => {
    const { open, connection, prefix } = await processes(context);
    const server = await open();
    const told: number[] = [];
    const idle = async () => (await connection.send(["SMEMBERS", `${prefix}idle`])) as readonly string[];
    const workers: RedisQueue[] = [];
    const names: string[] = [];
    for (let i = 0; i < 5; i++) {
      const worker = await open("work");
      await worker.offer({ has: ["orders 1"], warm: [], memory: 0, atOnce: 1 });
      assert.equal(await worker.lease(), undefined);
      names.push((await idle()).find((name) => !names.includes(name))!);
      worker.watch({ waiting: () => told.push(i) });
      workers.push(worker);
    }
    const heard = async (count: number) => {
      while (told.length < count) await new Promise(setImmediate);
      // Whatever else was said has come as well once what is asked now is answered.
      await Promise.all(workers.map((worker) => worker.countWaiting()));
      return told.splice(0);
    };
    await submit(server, "a");
    assert.equal(new Set(await heard(3)).size, 3);
    await leased(workers[0]!);
    await connection.send(["DEL", `${prefix}idle`]);
    await connection.send(["SADD", `${prefix}idle`, names[1]!]);
    await submit(server, "b", "c");
    assert.deepEqual(await heard(2), [1, 1]);
    await connection.send(["SADD", `${prefix}idle`, names[2]!]);
    assert.equal((await leased(workers[1]!)).run, "b");
    assert.deepEqual((await heard(2)).sort(), [1, 2], "it itself, and the other one");
    assert.deepEqual(await idle(), [names[2]]);
    await leased(workers[2]!);
    // Nobody is known to wait: all are told.
    await submit(server, "d");
    assert.deepEqual((await heard(5)).sort(), [0, 1, 2, 3, 4]);
    await connection.send(["SADD", `${prefix}idle`, names[2]!]);
    await server.sweep();
    assert.deepEqual((await heard(5)).sort(), [0, 1, 2, 3, 4], "something waits still");
  },
);

/** Many runs of one owner that need one thing, and one more that needs another; what comes of them is not waited for by the disk. */
async function longLine(context: TestContext, length: number) {
  const all = await processes(context);
  const [server, worker] = [await all.open(), await all.open("work")];
  const submitted = (id: string, owner: string, pack: string) =>
    server.submit(id, { ...request, owner, needs: { has: ["orders 1", pack], memory: 0 } }, new Uint8Array([1]));
  await all.connection.send(["CONFIG", "SET", "appendfsync", "no"]);
  await submitted("first", "a", "pack karlo aa");
  await Promise.all(Array.from({ length }, (_, i) => submitted(`a${i}`, "a", "pack karlo aa")));
  await submitted("last", "a", "pack toybox aa");
  await all.connection.send(["CONFIG", "SET", "appendfsync", "always"]);
  await worker.offer({ has: ["orders 1", "pack toybox aa"], warm: [], memory: 0, atOnce: 1 });
  return { ...all, server, worker, submitted };
}

test(
  "[F10] what a run costs does not grow with those that wait: by turn, in its place, and for a worker that can carry out only the last",
  real,
  async (context) => {
    const costs: number[][] = [];
    for (const length of [150, 900]) {
      const { server, worker, submitted, commands } = await longLine(context, length);
      const counts: number[] = [];
      let before = await commands();
      const count = async () => {
        const now = await commands();
        counts.push(now - before);
        before = now;
      };
      await submitted("b1", "b", "pack karlo aa");
      await count();
      await submitted("b2", "b", "pack karlo aa");
      await count();
      assert.deepEqual(await server.waiting(5), ["first", "b1", "a0", "b2", "a1"]);
      await count();
      assert.equal(await server.position("last"), length + 3);
      await count();
      assert.equal((await leased(worker)).run, "last");
      await count();
      await server.move(`a${length - 1}`, 3);
      await count();
      await server.cancel("a40");
      await count();
      costs.push(counts);
    }
    assert.deepEqual(costs[1], costs[0]);
  },
);

test(
  "[Q19] while many that wait are being cancelled, some at once, none of them is leased; what was submitted meanwhile goes on",
  real,
  async (context) => {
    const { server, worker, connection, prefix, submitted } = await longLine(context, 120);
    const scripts = new Scripts(connection, prefix, "another");
    const cancelled = '"event":"run.cancelled","executed":0,"cached":0,"outputs":[],"ms":0';
    const first = await scripts.change("cancelWaiting", cancelled, "50", "");
    assert.deepEqual([first.count, listOf(first.news.changed).length], [50, 50]);
    assert.equal(await worker.lease(), undefined);
    await submitted("later", "a", "pack toybox aa");
    const second = await scripts.change("cancelWaiting", cancelled, "50", String(first.upTo));
    assert.equal(second.upTo, first.upTo);
    const third = await scripts.change("cancelWaiting", cancelled, "50", String(first.upTo));
    assert.deepEqual([second.count, third.count, third.upTo], [50, 22, undefined]);
    assert.deepEqual(await server.waiting(), ["later"]);
    assert.equal((await leased(worker)).run, "later");
  },
);

test("[Q19] all of many that wait are cancelled, as many as there were", real, async (context) => {
  const { server } = await longLine(context, 120);
  assert.equal(await server.cancelWaiting(), 122);
  assert.equal(await server.countWaiting(), 0);
});

test("[Q3] however many are put at one place, each stands where it was put", real, async (context) => {
  const { server } = await longLine(context, 200);
  const expected = [...(await server.waiting())];
  for (let i = 0; i < 120; i++) {
    const id = expected.at(-1 - i)!;
    expected.splice(expected.indexOf(id), 1);
    expected.splice(1 + (i % 2), 0, id);
    await server.move(id, 1 + (i % 2));
  }
  assert.deepEqual(await server.waiting(), expected);
});
