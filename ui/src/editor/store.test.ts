import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "./store.ts";

test("listeners hear every change until they leave, and what is set is there when they hear it", () => {
  const store = createStore(1);
  const heard: number[] = [];
  const stop = store.listen(() => heard.push(store.get()));
  store.set(2);
  store.set((now) => now + 1);
  stop();
  store.set(9);
  assert.deepEqual(heard, [2, 3]);
});

test("setting the value that is there notifies nobody", () => {
  const value = {};
  const store = createStore<unknown>(value);
  let heard = 0;
  store.listen(() => heard++);
  store.set(value);
  store.set((now: unknown) => now);
  assert.equal(heard, 0);
  store.set({});
  assert.equal(heard, 1);
});

test("a listener that leaves while all are notified takes nobody else along", () => {
  const store = createStore(0);
  const heard: string[] = [];
  const stop = store.listen(() => {
    heard.push("first");
    stop();
  });
  store.listen(() => heard.push("second"));
  store.set(1);
  store.set(2);
  assert.deepEqual(heard, ["first", "second", "second"]);
});
