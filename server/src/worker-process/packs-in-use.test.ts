import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pack } from "@clipwork/models";
import { PacksInUse } from "./packs-in-use.ts";

const pack = (title: string) => ({ title }) as unknown as Pack;
const [toy, newToy, other] = [pack("toy"), pack("toy, replaced"), pack("other")];
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("runs share a pack; one that means other files by its name waits until all that use it have ended", async () => {
  const inUse = new PacksInUse();
  const first = await inUse.take(new Map([["toybox", toy]]));
  const second = await inUse.take(
    new Map([
      ["toybox", toy],
      ["other", other],
    ]),
  );
  let taken = false;
  const third = inUse.take(new Map([["toybox", newToy]])).then((giveBack) => {
    taken = true;
    return giveBack;
  });
  await turn();
  first();
  await turn();
  assert.deepEqual([taken, inUse.packs.get("toybox")], [false, toy]);
  second();
  (await third)();
  assert.deepEqual([taken, inUse.packs.get("toybox"), inUse.packs.get("other")], [true, newToy, other]);
});

test("a pack that nobody uses any more is replaced at once, and a run without packs waits for none", async () => {
  const inUse = new PacksInUse();
  (await inUse.take(new Map([["toybox", toy]])))();
  const giveBack = await inUse.take(new Map([["toybox", newToy]]));
  (await inUse.take(new Map()))();
  assert.equal(inUse.packs.get("toybox"), newToy);
  giveBack();
});

test("a run that is cancelled while it waits for a pack waits no longer, and takes nothing", async () => {
  const inUse = new PacksInUse();
  const giveBack = await inUse.take(new Map([["toybox", toy]]));
  const abort = new AbortController();
  const second = inUse.take(new Map([["toybox", newToy]]), abort.signal);
  abort.abort();
  (await second)();
  assert.equal(inUse.packs.get("toybox"), toy);
  giveBack();
});
