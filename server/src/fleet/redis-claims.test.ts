import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { claimsContract } from "@clipwork/engine/testing";
import { Connection } from "../redis/connection.ts";
import { skipRedis, startRedis } from "../redis/redis.fixture.ts";
import { RedisClaims } from "./redis-claims.ts";

const key = "d".repeat(64);
const patient = { ms: 600_000, signal: new AbortController().signal };
const onFault = (error: unknown) => assert.fail(String(error));

if (skipRedis) test("claims in Redis", { skip: skipRedis }, () => {});
else {
  const redis = await startRedis();
  let parts = 0;
  /** The same claims as so many processes see them, in a part of the server that nobody else uses. */
  async function open(context: TestContext, options: { readonly lifeMs?: number; readonly answerMs?: number } = {}) {
    const prefix = `claims-${++parts}:`;
    const own = async () => {
      const connection = await Connection.open(redis.address, () => {});
      const claims = await RedisClaims.open(connection, { answerMs: 600_000, ...options, prefix, onFault });
      context.after(async () => {
        claims.close();
        await connection.close();
      });
      return { claims, connection, prefix };
    };
    return [await own(), await own()] as const;
  }
  test.after(() => redis.stop());

  claimsContract("claims in Redis", async (context) => {
    const [one, two] = await open(context);
    return [one.claims, two.claims];
  });

  test("[V12] a claim is renewed as long as its process lives, and expires with it", async (context) => {
    const [lost, other] = await open(context, { lifeMs: 300 });
    assert.equal((await lost.claims.claim(key, patient)).mine, true);
    const waiting = await other.claims.claim(key, patient);
    assert.ok(!waiting.mine);
    let isOver = false;
    const over = waiting.over.then(() => {
      isOver = true;
    });
    // Renewed several times in its life: it ends far later than it would alone.
    const { connection, prefix } = other;
    for (let lives = 0; lives < 3; ) {
      const before = Number(await connection.send(["PTTL", `${prefix}claim:${key}`]));
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (Number(await connection.send(["PTTL", `${prefix}claim:${key}`])) > before) lives++;
      assert.equal(isOver, false);
    }
    lost.claims.close();
    await over;
    assert.equal((await other.claims.claim(key, patient)).mine, true);
  });

  test("[V12] a Redis that does not answer holds up no run: the value is computed without a claim", async (context) => {
    const [one, two] = await open(context, { answerMs: 20 });
    await two.connection.send(["CLIENT", "PAUSE", "400", "ALL"]);
    const all = await Promise.all([one.claims.claim(key, patient), two.claims.claim(key, patient)]);
    assert.deepEqual([all[0].mine, all[1].mine], [true, true]);
    for (const claim of all) if (claim.mine) claim.release();
    await two.connection.send(["PING"]);
  });

  test("nothing is said of a claim that nobody waits for, and nothing of it stays", async (context) => {
    const [one, two] = await open(context);
    const said: string[] = [];
    await two.connection.hear(`${two.prefix}claims`, (text) => void said.push(text));
    for (const wanted of [false, true]) {
      const claim = await one.claims.claim(key, patient);
      const other = wanted ? await two.claims.claim(key, patient) : undefined;
      if (claim.mine) claim.release();
      if (other && !other.mine) await other.over;
    }
    assert.deepEqual(said, [key]);
    assert.deepEqual(await two.connection.send(["KEYS", `${two.prefix}*`]), []);
  });
}
