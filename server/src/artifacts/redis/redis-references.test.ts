import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Connection } from "../../redis/connection.ts";
import { skipRedis, startRedis } from "../../redis/redis.fixture.ts";
import { RedisReferences } from "./redis-references.ts";

const real = { skip: skipRedis };
const [a, b] = ["a".repeat(64), "b".repeat(64)];

/** The references of two machines that share a server. */
async function twoMachines(context: TestContext) {
  const redis = await startRedis();
  const connections = await Promise.all([1, 2].map(() => Connection.open(redis.address, () => {})));
  context.after(async () => {
    for (const connection of connections) await connection.close();
    await redis.stop();
  });
  return connections.map((connection) => new RedisReferences(connection)) as [RedisReferences, RedisReferences];
}

test(
  "[P5] what one machine's owner uses is in use for every machine, until the last owner lets it go",
  real,
  async (context) => {
    const [one, other] = await twoMachines(context);
    await one.add("run 1", [a, b]);
    await other.add("run 2", [a]);
    assert.deepEqual([await other.has(a), await other.has(b), await other.owners()], [true, true, ["run 1", "run 2"]]);
    assert.deepEqual([...(await other.remove("run 1"))].sort(), [a, b]);
    assert.deepEqual([await one.has(a), await one.has(b), await one.owners()], [true, false, ["run 2"]]);
    assert.deepEqual([...(await one.remove("run 1"))].sort(), [a, b], "a call that is repeated answers the same");
  },
);

test(
  "[P16] an artifact that one machine removes while another begins to use it is used once it is gone",
  real,
  async (context) => {
    const [one, other] = await twoMachines(context);
    const [removing, removed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const happened: string[] = [];
    const removal = one.ifUnused(a, async () => {
      removing.resolve();
      await removed.promise;
      happened.push("removed");
    });
    await removing.promise;
    const use = other.add("run", [a]).then(() => happened.push("used"));
    removed.resolve();
    await Promise.all([removal, use]);
    assert.deepEqual(happened, ["removed", "used"]);
    await one.ifUnused(a, async () => assert.fail("it is in use"));
  },
);
