import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Frame } from "../queue/dispatch/run-watcher.ts";
import { Connection } from "../redis/connection.ts";
import { skipRedis, startRedis } from "../redis/redis.fixture.ts";
import { Broadcast } from "./broadcast.ts";
import { Registry } from "./registry.ts";

const real = { skip: skipRedis };
const onFault = (error: unknown) => assert.fail(String(error));

async function connections(context: TestContext): Promise<[Connection, Connection]> {
  const redis = await startRedis();
  const all = await Promise.all([1, 2].map(() => Connection.open(redis.address, () => {})));
  context.after(async () => {
    for (const connection of all) await connection.close();
    await redis.stop();
  });
  return all as [Connection, Connection];
}

test("[F5] a worker is listed with what it says of itself, as it is now, until it leaves", real, async (context) => {
  const [one, other] = await connections(context);
  const registry = new Registry(one, { onFault });
  let state: "idle" | "busy" = "idle";
  const about = {
    pid: 1,
    version: "1",
    provider: "cpu",
    memory: 8,
    packs: [{ name: "toybox", warm: true }],
    runs: [],
    since: 5,
  } as const;
  const member = await registry.join(() => ({ ...about, name: "b", state }));
  const second = await new Registry(other, { onFault }).join(() => ({ ...about, name: "a", state: "draining" }));
  const seen = async () => (await registry.list()).map((worker) => `${worker.name} ${worker.state}`);
  assert.deepEqual(await seen(), ["a draining", "b idle"]);
  state = "busy";
  member.tell();
  while ((await seen())[1] !== "b busy") await new Promise((resolve) => setImmediate(resolve));
  await second.leave();
  assert.deepEqual(await seen(), ["b busy"]);
  await member.leave();
  assert.deepEqual(await seen(), []);
});

test(
  "[F5] a worker that went without a word is listed as gone, with when it was last heard of",
  real,
  async (context) => {
    const [one, other] = await connections(context);
    const about = {
      name: "a",
      pid: 1,
      version: "1",
      provider: "cpu",
      memory: 8,
      packs: [],
      runs: [{ run: "r", since: 6 }],
    };
    const speaking = new Registry(one, { onFault, lifeMs: 3_600_000 });
    await speaking.join(() => ({ ...about, since: 5, state: "busy" }));
    const [before] = await new Registry(other, { onFault, lifeMs: 3_600_000 }).list();
    assert.equal(before!.state, "busy");
    // Its clock is Redis's, which has gone on since.
    const [after] = await new Registry(other, { onFault, lifeMs: -1 }).list();
    assert.deepEqual(after, { ...before, state: "gone" });
  },
);

test(
  "[F5] what is remembered of workers that are gone is bounded though nobody asks for the list",
  real,
  async (context) => {
    const [one, other] = await connections(context);
    const about = { name: "a", pid: 1, version: "1", provider: "cpu", memory: 8, packs: [], runs: [], since: 5 };
    const options = { onFault, lifeMs: 3_600_000, rememberMs: 50 };
    for (let i = 0; i < 3; i++) await new Registry(one, options).join(() => ({ ...about, state: "busy" }));
    await new Promise((resolve) => setTimeout(resolve, 60));
    const { leave } = await new Registry(one, options).join(() => ({ ...about, state: "idle" }));
    assert.deepEqual(
      [await other.send(["HLEN", "clipwork:members"]), await other.send(["ZCARD", "clipwork:heard"])],
      [1, 1],
    );
    await leave();
  },
);

test("frames and progress that one says are heard by the other, until the run is over", real, async (context) => {
  const [speaking, hearing] = (await connections(context)).map((connection) => new Broadcast(connection, { onFault }));
  const frames: Frame[] = [];
  const heard = Promise.withResolvers<void>();
  await hearing!.hear((frame) => {
    frames.push(frame);
    if (frames.length === 2) heard.resolve();
  });
  const at = { run: "r", node: "n", item: 0, port: "image", steps: 2 };
  assert.equal(hearing!.msLeft(), 0);
  speaking!.progress("r", { done: 1, all: 4, msLeft: 30 });
  speaking!.progress("s", { done: 0, all: 1, msLeft: 20 });
  speaking!.frame({ ...at, step: 1, bytes: Uint8Array.of(1, 2) });
  while (frames.length < 1) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([hearing!.progressOf("r")!.counts(), hearing!.progressOf("r")!.msLeft()], [{ done: 1, all: 4 }, 30]);
  assert.equal(hearing!.msLeft(), 20, "the first to be ready takes the next run");
  speaking!.progress("r", undefined);
  speaking!.frame({ ...at, step: 2, bytes: Uint8Array.of(3) });
  await heard.promise;
  assert.deepEqual([hearing!.progressOf("r"), new Uint8Array(frames[0]!.bytes)], [undefined, Uint8Array.of(1, 2)]);
});
