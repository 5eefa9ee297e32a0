// What a queue in Redis does when a process is killed, and when Redis itself is.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Connection } from "../../redis/connection.ts";
import { skipRedis, startRedis } from "../../redis/redis.fixture.ts";
import { finished, leased, messages, notice, submit } from "../contract.fixture.ts";
import { RedisQueue } from "./redis-queue.ts";
import { Scripts } from "./scripts.ts";

const module = join(import.meta.dirname, "redis-queue.ts");
/** How long a process is believed to live that says nothing, in milliseconds. */
const lifeMs = 600;

async function open(context: TestContext, onFault: (error: unknown) => void = () => {}) {
  const redis = await startRedis();
  const queue = await RedisQueue.open(redis.address, { lifeMs, onFault });
  context.after(async () => {
    await queue.close();
    await redis.stop();
  });
  return { redis, queue };
}

test("[L6] the run of a process that was killed is given back by one that lives", {
  skip: skipRedis,
}, async (context) => {
  const { redis, queue } = await open(context);
  await submit(queue, "a");
  const options = `{ lifeMs: ${lifeMs}, onFault() {} }`;
  const code = `import { RedisQueue } from ${JSON.stringify(module)};
const queue = await RedisQueue.open(${JSON.stringify(redis.address)}, ${options});
console.log((await queue.lease()).run);
setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const [run] = await once(child.stdout, "data");
  assert.equal(String(run).trim(), "a");
  assert.equal((await queue.record("a"))!.state, "running");
  const waits = Promise.withResolvers<void>();
  queue.watch({ waiting: () => waits.resolve() });
  child.kill("SIGKILL");
  await waits.promise;
  const lease = await leased(queue);
  assert.deepEqual([lease.run, lease.attempts], ["a", 2]);
  assert.match((await messages(queue, "a")).at(-1)!, /^notice The worker that ran it was lost; /);
});

test("[E1] what is reported while Redis is killed and comes back is logged once, in order, without a gap", {
  skip: skipRedis,
}, async (context) => {
  const { redis, queue } = await open(context);
  await submit(queue, "a");
  const lease = await leased(queue);
  const reports: Promise<unknown>[] = [];
  let restart: Promise<void> | undefined;
  for (let i = 0; i < 300; i++) {
    reports.push(queue.report(lease, notice(`${i}`)));
    if (i === 100) restart = redis.restart();
    if (i % 10 === 0) await new Promise(setImmediate);
  }
  await restart;
  await Promise.all(reports);
  await queue.report(lease, finished);
  const events = await queue.events.read("a", 0, 1000);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    Array.from({ length: 302 }, (_, i) => i + 1),
  );
  assert.deepEqual(
    events.slice(1, -1).map((event) => "message" in event && event.message),
    Array.from({ length: 300 }, (_, i) => `${i}`),
  );
  assert.equal((await queue.record("a"))!.state, "finished");
});

test("a process whose line was broken learns which of its runs are to stop, however old, and of none twice", {
  skip: skipRedis,
}, async (context) => {
  const { redis, queue } = await open(context);
  await submit(queue, "a", "b");
  await leased(queue);
  await leased(queue);
  const stopping: string[] = [];
  const heard = Promise.withResolvers<void>();
  queue.watch({
    stopping(run) {
      stopping.push(run);
      if (run === "b") heard.resolve();
    },
  });
  await submit(queue, ...Array.from({ length: 101 }, (_, i) => `later ${i}`));
  await queue.cancel("a");
  // As if it had been said while the line was broken.
  const connection = await Connection.open(redis.address, () => {});
  await connection.send(["HSET", "clipwork:run:b", "stopping", "1"]);
  await connection.close();
  await redis.restart();
  await heard.promise;
  assert.deepEqual(stopping, ["a", "b"]);
});

test("what a watcher throws at the news of another process is a fault, and ends nothing", {
  skip: skipRedis,
}, async (context) => {
  const faulty = Promise.withResolvers<unknown>();
  const { redis, queue } = await open(context, faulty.resolve);
  queue.watch({
    changed() {
      throw new Error("a watcher that throws");
    },
  });
  const other = await RedisQueue.open(redis.address, { lifeMs, onFault: () => {} });
  await submit(other, "a");
  assert.match(String(await faulty.promise), /a watcher that throws/);
  await other.close();
});

test("a process that ends while Redis is away ends all the same; what it has not stored is refused", {
  skip: skipRedis,
}, async (context) => {
  const { redis, queue } = await open(context);
  await submit(queue, "a");
  const lease = await leased(queue);
  await redis.stop();
  queue.endWithin(100);
  await assert.rejects(queue.putBack(lease, "The server was stopped"));
  await queue.close();
});

test("of each process the newest answer alone is kept; a change that comes late, on a line that was given up, is left out", {
  skip: skipRedis,
}, async (context) => {
  const { redis, queue } = await open(context);
  await submit(queue, "a", "b", "c");
  const connection = await Connection.open(redis.address, () => {});
  const scripts = new Scripts(connection, "clipwork:", "another");
  assert.equal((await scripts.change("cancel", "a", "")).done, true);
  assert.equal((await scripts.change("cancel", "b", "")).done, true);
  // The first of them once more, as a broken line may deliver it in the end.
  const late = new Scripts(connection, "clipwork:", "another");
  await assert.rejects(late.change("cancel", "c", ""), /STALE call 1/);
  // And the second, which answers what it answered.
  assert.equal((await late.change("cancel", "c", "")).done, true);
  assert.equal((await queue.record("c"))!.state, "queued");
  const calls = (await connection.send(["KEYS", "clipwork:call:*"])) as readonly string[];
  assert.equal(calls.length, 2, "one a process, however much it changed");
  await connection.close();
});
