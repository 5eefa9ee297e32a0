import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../redis/connection.ts";
import { Presence } from "./presence.ts";

test("a process goes on saying that it lives while its look at the others takes long", async () => {
  const said = Promise.withResolvers<void>();
  let count = 0;
  let looks = 0;
  const send = async ([command]: readonly unknown[]) => {
    if (command === "SET" && ++count === 3) said.resolve();
    return null;
  };
  const connection = { send } as unknown as Connection;
  const presence = new Presence({ connection, prefix: "", process: "p", lifeMs: 60, onFault: assert.ifError });
  presence.begin(() => {
    looks++;
    return new Promise(() => {});
  });
  const waiting = setTimeout(() => said.reject(new Error("it said so once")), 5000);
  await said.promise;
  clearTimeout(waiting);
  assert.equal(looks, 1);
  await presence.end();
});

test("[L6] a process that says nothing is missed at the second look; one that said that it ended is at once", async () => {
  const keys = new Map<string, string>();
  const send = async ([command, key, value]: readonly string[]) => {
    if (command === "SET") keys.set(key!, value!);
    return keys.get(key!) ?? null;
  };
  const connection = { send } as unknown as Connection;
  const of = (process: string) =>
    new Presence({ connection, prefix: "", process, lifeMs: 60, onFault: assert.ifError });
  const presence = of("own");
  await of("ended").end();
  assert.deepEqual([await presence.hasEnded("ended"), await presence.isMissed("ended")], [true, true]);
  const looks: boolean[] = [];
  const done = Promise.withResolvers<void>();
  assert.equal(await presence.hasEnded("silent"), false);
  presence.begin(async () => {
    looks.push(await presence.isMissed("silent"));
    if (looks.length === 2) done.resolve();
  });
  await done.promise;
  assert.deepEqual(looks.slice(0, 2), [false, true]);
  assert.equal(await presence.isMissed("own"), false);
  await presence.end();
});
