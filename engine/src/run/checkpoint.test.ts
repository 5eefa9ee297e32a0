import assert from "node:assert/strict";
import { test } from "node:test";
import { type Checkpoint, nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { t } from "../kinds/socket.ts";
import { gate, node, planOf, type Recorded, record, testEnvironment, workflow } from "../testing/index.ts";
import { show, type TestServices } from "../testing/test-nodes.ts";
import type { Cache } from "../values/cache.ts";
import { encodeValue } from "../values/encode.ts";
import { memoryCache } from "../values/memory-cache.ts";
import type { Value } from "../values/value.ts";

type Work = (checkpoint: Checkpoint, id: number, signal: AbortSignal) => Promise<unknown>;
type Services = TestServices & { readonly work: Work };

const long = nodeDefiner<Services>()({
  type: "test.long",
  version: 1,
  title: "Long",
  summary: "Takes as long as the test wants.",
  outputs: { value: t.number("The id.") },
  params: { id: p.number("Which.", { default: 0, min: 0, max: 100 }) },
  async run(_, { id }, { checkpoint, work, signal }) {
    await work(checkpoint, id, signal);
    return { value: id };
  },
});

const planOfIds = (...ids: number[]) => {
  const nodes = ids.flatMap((id) => [
    [`long${id}`, node("test.long", { id })],
    [`show${id}`, node("output.show", {}, { value: `long${id}.value` })],
  ]);
  return planOf(workflow(Object.fromEntries(nodes)), testEnvironment<Services>([long, show]));
};

/** A clock that the test moves. */
function manualClock() {
  let now = 5000;
  const clock = () => now;
  return Object.assign(clock, {
    pass: (ms: number) => {
      now += ms;
    },
  });
}

/** Enough for all promises that are open to settle. */
const aTurn = () => new Promise((resolve) => setImmediate(resolve));

type Options = { readonly cache: Cache; readonly readCache?: boolean; readonly ids?: number[] };

/** Runs the long items, whose `work` can let time pass. */
function runLong(
  work: (checkpoint: Checkpoint, pass: (ms: number) => void, id: number) => unknown,
  { ids = [0], ...options }: Options,
): Promise<Recorded> {
  const clock = manualClock();
  const services = { work: async (checkpoint: Checkpoint, id: number) => work(checkpoint, clock.pass, id) };
  return record(planOfIds(...ids), { ...options, clock, services });
}

/** Leaves a checkpoint behind in the cache, as a run does that fails. */
const leave = (value: Value, cache: Cache, id = 0) =>
  runLong(
    (checkpoint, pass) => {
      pass(1000);
      checkpoint.save(value);
      throw new Error("lost");
    },
    { cache, ids: [id] },
  );

/** What an item finds when it begins. It fails, so that the cache stays as it is. */
async function find(options: Options): Promise<Value | undefined> {
  let found: Value | undefined;
  await runLong(async (checkpoint) => {
    found = await checkpoint.load();
    throw new Error("only looked");
  }, options);
  return found;
}

/** A cache that tells what is written and deleted. */
function loggedCache() {
  const memory = memoryCache();
  const puts: Uint8Array[] = [];
  const log: string[] = [];
  const cache: Cache = {
    ...memory,
    put: async (key, bytes) => {
      log.push(`put ${key}`);
      puts.push(bytes);
      await memory.put(key, bytes);
    },
    delete: async (key) => {
      log.push(`delete ${key}`);
      await memory.delete(key);
    },
  };
  return { cache, memory, puts, log };
}

const point = { step: 3, x: Float32Array.of(0.1, -0, Number.NaN, 1e-45) };

test("[K1] what an item saved, the next run of it loads, and no other item does", async () => {
  const cache = memoryCache();
  assert.equal(await find({ cache }), undefined);
  await leave(point, cache);
  assert.deepEqual(encodeValue((await find({ cache }))!), encodeValue(point));
  assert.equal(await find({ cache, ids: [1] }), undefined);
});

test("[K2] at most one write in 750 ms of the clock, and first 750 ms after the item began", async () => {
  const { cache, log } = loggedCache();
  const steps: number[] = [];
  await runLong(
    async (checkpoint, pass) => {
      for (let step = 1; step <= 35; step++) {
        pass(100);
        const before = log.length;
        checkpoint.save(step);
        if (log.length > before) steps.push(step);
        await aTurn();
      }
      throw new Error("lost");
    },
    { cache },
  );
  assert.deepEqual(steps, [8, 16, 24, 32]);
  assert.equal(log.length, 4);
  assert.equal(await find({ cache }), 32);
});

test("[K3] one write under way at most; of what is saved meanwhile the newest is written", async () => {
  const memory = memoryCache();
  const slow = gate();
  let under = 0;
  let most = 0;
  let puts = 0;
  const put = async (key: string, bytes: Uint8Array) => {
    puts++;
    most = Math.max(most, ++under);
    if (puts === 1) await slow.opened;
    under--;
    await memory.put(key, bytes);
  };
  await runLong(
    async (checkpoint, pass) => {
      for (let step = 1; step <= 5; step++) {
        pass(1000);
        checkpoint.save(step);
        await aTurn();
      }
      assert.equal(puts, 1);
      slow.open();
      await aTurn();
      assert.equal(puts, 2);
      throw new Error("lost");
    },
    { cache: { ...memory, put } },
  );
  assert.deepEqual([most, puts, await find({ cache: memory })], [1, 2, 5]);
});

test("[K4] a damaged or foreign checkpoint is none", async () => {
  const { cache, memory, log } = loggedCache();
  await leave(point, cache);
  const key = log[0]!.replace("put ", "");
  const good = (await memory.get(key))!;
  const other = loggedCache();
  await leave(point, other.cache, 1);
  const strangers = [{}, null, 3, [], { of: "another", value: 3 }, { value: 3 }].map((value) => encodeValue(value));
  for (const bytes of [good.slice(0, -1), new Uint8Array(), other.puts[0]!, ...strangers]) {
    await memory.put(key, bytes);
    assert.equal(await find({ cache }), undefined);
  }
  await memory.put(key, good);
  assert.notEqual(await find({ cache }), undefined);
});

test("[K4] one that cannot be read, written or removed costs time, never the result", async () => {
  const { cache: memory, log } = loggedCache();
  await leave(point, memory);
  const checkpointKey = log[0]!.replace("put ", "");
  const broken = () => {
    throw new Error("no disk");
  };
  const refuse = async (key: string) => (key === checkpointKey ? broken() : undefined);
  const caches: Cache[] = [
    { ...memory, get: async (key) => (await refuse(key)) ?? memory.get(key) },
    { ...memory, put: async (key, bytes) => (await refuse(key)) ?? memory.put(key, bytes) },
    { ...memory, delete: broken },
    { ...memory, delete: refuse },
  ];
  for (const cache of caches) {
    const { status, values, events } = await runLong(
      async (checkpoint, pass) => {
        await checkpoint.load();
        for (let step = 1; step <= 3; step++) {
          pass(1000);
          checkpoint.save(step);
          await aTurn();
        }
      },
      { cache, readCache: false },
    );
    assert.deepEqual([status, values], ["finished", { "show0.value": [0] }]);
    assert.ok(events.every(({ event }) => event !== "notice"));
  }
});

test("[K4] a value that cannot be kept is not", async () => {
  const cache = memoryCache();
  const { failures } = await leave((() => {}) as unknown as Value, cache);
  assert.equal(failures[0]!.message, "lost");
  assert.equal(await find({ cache }), undefined);
});

test("[K5] with readCache: false none is loaded, but one is left", async () => {
  const cache = memoryCache();
  await leave(1, cache);
  assert.equal(await find({ cache, readCache: false }), undefined);
  assert.equal(await find({ cache }), 1);
});

test("[K6] a checkpoint is removed after the result is kept, also one that this run did not write", async () => {
  for (const readCache of [true, false]) {
    const { cache, log } = loggedCache();
    await leave(1, cache);
    const [left] = log.splice(0);
    await runLong((checkpoint) => checkpoint.load(), { cache, readCache });
    assert.equal(log.length, 2);
    assert.match(log[0]!, /^put /);
    assert.equal(log[1], left!.replace("put", "delete"));
    assert.equal(await find({ cache, readCache: false }), undefined);
  }
});

test("[K6] an item that uses none costs the cache nothing", async () => {
  const { cache, log } = loggedCache();
  await runLong(() => {}, { cache });
  assert.equal(log.length, 1);
});

test("[K6] it stays when the item is interrupted, or its result is not kept", async () => {
  const cache = memoryCache();
  const controller = new AbortController();
  const clock = manualClock();
  const work: Work = async (checkpoint, _, signal) => {
    clock.pass(1000);
    checkpoint.save(7);
    controller.abort();
    signal.throwIfAborted();
  };
  const { status } = await record(planOfIds(0), { cache, clock, services: { work }, signal: controller.signal });
  assert.deepEqual([status, await find({ cache })], ["cancelled", 7]);

  const full: Cache = { ...cache, put: async () => Promise.reject(new Error("the disk is full")) };
  assert.equal((await runLong((checkpoint) => checkpoint.load(), { cache: full })).status, "failed");
  assert.equal(await find({ cache }), 7);
});

test("[K7] the run ends after its last write, which goes with the result", async () => {
  for (const fails of [true, false]) {
    const { cache, memory, log } = loggedCache();
    const slow = gate();
    const put = async (key: string, bytes: Uint8Array) => {
      if (log.length === 0) {
        log.push(`put ${key}`);
        await slow.opened;
        return memory.put(key, bytes);
      }
      return cache.put(key, bytes);
    };
    let over = false;
    const running = runLong(
      (checkpoint, pass) => {
        pass(1000);
        checkpoint.save(1);
        if (fails) throw new Error("lost");
      },
      { cache: { ...cache, put } },
    ).finally(() => {
      over = true;
    });
    await aTurn();
    assert.equal(over, false);
    slow.open();
    await running;
    assert.equal(await memory.has(log[0]!.replace("put ", "")), fails);
  }
});

test("[K7] what a settled item saves is ignored", async () => {
  const { cache, log } = loggedCache();
  let late = () => {};
  await runLong(
    (checkpoint, pass) => {
      late = () => {
        pass(1000);
        checkpoint.save(1);
      };
    },
    { cache },
  );
  late();
  await aTurn();
  assert.equal(log.length, 1);
});

test("[K8] items that ask in one tick are answered in one tick, whatever the cache takes", async () => {
  const memory = memoryCache();
  await leave("here", memory, 2);
  let asked = 0;
  const get = async (key: string) => {
    for (let turns = asked++ % 3; turns > 0; turns--) await aTurn();
    return memory.get(key);
  };
  const answers: (Value | undefined)[][] = [];
  let tick: (Value | undefined)[] | undefined;
  await runLong(
    async (checkpoint) => {
      const value = await checkpoint.load();
      if (!tick) {
        tick = [];
        answers.push(tick);
        setImmediate(() => {
          tick = undefined;
        });
      }
      tick.push(value);
    },
    { cache: { ...memory, get }, ids: [0, 1, 2, 3, 4] },
  );
  assert.equal(answers.length, 1);
  assert.deepEqual(answers[0]!.filter(Boolean), ["here"]);
  assert.equal(answers[0]!.length, 5);
});

test("[H8] the cache receives what an entry took, the interrupted runs included that it goes on from", async () => {
  const memory = memoryCache();
  const told: (number | undefined)[] = [];
  const cache: Cache = {
    ...memory,
    put: async (key, bytes, ms) => {
      told.push(ms);
      await memory.put(key, bytes);
    },
  };
  await runLong(
    async (checkpoint, pass) => {
      pass(1500);
      checkpoint.save("half");
      await aTurn();
      throw new Error("lost");
    },
    { cache },
  );
  await runLong(
    async (checkpoint, pass) => {
      await checkpoint.load();
      pass(250);
    },
    { cache },
  );
  await runLong((_, pass) => pass(70), { cache, ids: [1] });
  assert.deepEqual(told, [1500, 1750, 70]);
});
