import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
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

test(
  "[F9] frames of a run are heard by who follows it and by nobody else, and how far it has got by all until it is over",
  real,
  async (context) => {
    const [one, other] = await connections(context);
    const [speaking, hearing] = [new Broadcast(one, { onFault }), new Broadcast(other, { onFault })];
    const frames: string[] = [];
    await hearing.hear(({ run, step, bytes }) => frames.push(`${run} ${step} ${[...bytes]}`));
    const follow = hearing.followedBy({ subscribe: () => ({ take: () => undefined, close() {} }) });
    const hearers = async (count: number) => {
      const now = async () => (await one.send(["PUBSUB", "NUMSUB", "clipwork:frames:r"])) as readonly [string, number];
      while ((await now())[1] !== count) await new Promise(setImmediate);
    };
    const say = (run: string, step: number) =>
      speaking.frame({ run, node: "n", item: 0, port: "image", steps: 9, step, bytes: Uint8Array.of(step, 7) });
    const heard = async (...all: string[]) => {
      while (frames.length < all.length) await new Promise(setImmediate);
      assert.deepEqual(frames, all);
    };
    assert.equal(hearing.msLeft(), 0);
    speaking.progress("r", { done: 1, all: 4, msLeft: 30 });
    speaking.progress("s", { done: 0, all: 1, msLeft: 20 });
    const [first, second] = [follow("r", 0, () => {}), follow("r", 0, () => {})];
    await hearers(1);
    say("s", 1);
    say("r", 2);
    await heard("r 2 2,7");
    assert.deepEqual([hearing.progressOf("r")!.counts(), hearing.progressOf("r")!.msLeft()], [{ done: 1, all: 4 }, 30]);
    assert.equal(hearing.msLeft(), 20, "the first to be ready takes the next run");
    first.close();
    first.close();
    say("r", 3);
    await heard("r 2 2,7", "r 3 3,7");
    second.close();
    await hearers(0);
    const third = follow("r", 0, () => {});
    await hearers(1);
    speaking.progress("r", undefined);
    say("r", 4);
    await heard("r 2 2,7", "r 3 3,7", "r 4 4,7");
    assert.equal(hearing.progressOf("r"), undefined);
    third.close();
  },
);
