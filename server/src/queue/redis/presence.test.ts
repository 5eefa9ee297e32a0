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
