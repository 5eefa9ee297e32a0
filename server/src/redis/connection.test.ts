import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Connection, NoRedis, scriptOf } from "./connection.ts";
import { skipRedis, startRedis } from "./redis.fixture.ts";
import { withoutPassword } from "./without-password.ts";

const real = { skip: skipRedis };

/** A server with its connection; both go away with the test. */
async function connected(context: TestContext) {
  const redis = await startRedis();
  const connection = await Connection.open(redis.address, () => {});
  context.after(async () => {
    await connection.close();
    await redis.stop();
  });
  return { redis, connection };
}

test("an address is said without its password, and one that nobody answers at is told by it", async () => {
  assert.equal(withoutPassword("redis://me:secret@host:1/2"), "redis://me:***@host:1/2");
  assert.equal(withoutPassword("redis://host:1"), "redis://host:1");
  assert.equal(withoutPassword("redis://me:secret@ho st"), "redis://***@ho st");
  assert.equal(withoutPassword("me:secret@host name"), "***@host name");
  await assert.rejects(
    Connection.open("redis://me:secret@127.0.0.1:1", () => {}),
    (error) => {
      assert.ok(error instanceof NoRedis);
      assert.match(error.message, /redis:\/\/me:\*\*\*@127\.0\.0\.1:1.* cannot be used: /);
      return true;
    },
  );
});

test(
  "a script is sent once and then called by its digest; what the server says against a command is an error",
  real,
  async (context) => {
    const { connection } = await connected(context);
    const script = scriptOf("return KEYS[1] .. ARGV[1]");
    for (const _ of [1, 2]) assert.equal(await connection.evaluate(script, "a:", ["b"]), "a:b");
    assert.deepEqual(await connection.send(["SCRIPT", "EXISTS", script.digest]), [1]);
    await assert.rejects(connection.send(["NOSUCH"]), /unknown command/);
  },
);

test(
  "a command that is sent while the server is away arrives when it is back, with what it kept, and listeners hear of that",
  real,
  async (context) => {
    const { redis, connection } = await connected(context);
    await connection.send(["SET", "a", "1"]);
    const back = new Promise<void>((resolve) => connection.onBack(resolve));
    await redis.restart();
    assert.equal(await connection.send(["INCR", "a"]), 2);
    await back;
  },
);

test("what is to be heard is heard, though the line breaks before the server has answered", real, async (context) => {
  const { redis, connection } = await connected(context);
  const other = await Connection.open(redis.address, () => {});
  context.after(() => other.close());
  await other.send(["CLIENT", "PAUSE", "60000", "ALL"]);
  const { promise, resolve } = Promise.withResolvers<string>();
  const hearing = connection.hear("c", resolve);
  await new Promise(setImmediate);
  await redis.restart();
  await hearing;
  while (Number(await other.send(["PUBLISH", "c", "said"])) === 0);
  assert.equal(await promise, "said");
});

test("bytes come back as bytes", real, async (context) => {
  const { connection } = await connected(context);
  const bytes = Uint8Array.of(0, 255, 10, 13, 128);
  await connection.send(["SET", "a", bytes]);
  const [found, none] = await connection.sendForBytes(["MGET", "a", "b"]);
  assert.deepEqual([found && new Uint8Array(found), none], [bytes, null]);
});

test("a server that is busy is asked again until it is not", real, async (context) => {
  const { redis, connection } = await connected(context);
  const other = await Connection.open(redis.address, () => {});
  await connection.send(["SET", "a", "1"]);
  await connection.send(["CONFIG", "SET", "lua-time-limit", "1"]);
  const endless = assert.rejects(other.send(["EVAL", "while true do end", "0"]));
  await wait(200);
  const answer = connection.send(["GET", "a"]);
  await wait(200);
  await connection.send(["SCRIPT", "KILL"]);
  assert.equal(await answer, "1");
  await endless;
  await other.close();
});

test(
  "a connection that ends within a time gives up what a server that is away does not answer, and what is sent later",
  real,
  async (context) => {
    const { redis, connection } = await connected(context);
    await redis.stop();
    const answer = connection.send(["GET", "a"]);
    connection.endWithin(50);
    await assert.rejects(answer);
    await assert.rejects(connection.send(["GET", "a"]));
    await connection.close();
  },
);
