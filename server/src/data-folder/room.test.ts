import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { roomOf, roomTrouble } from "./room.ts";

const MB = 2 ** 20;

test("a run needs 64 MB, or a tenth of a small disk (A5)", () => {
  for (const [free, all, enough] of [
    [64, 100_000, true],
    [63.9, 100_000, false],
    [2.5, 24, true],
    [2.3, 24, false],
    [0, 24, false],
    [0, 0, true],
  ] as const)
    assert.equal(roomTrouble({ free: free * MB, all: all * MB }) === undefined, enough, `${free} of ${all} MB`);
});

test("what is said has both sizes, and what to do", () => {
  const { message, remedy } = roomTrouble({ free: 1.54 * MB, all: 24 * MB })!;
  assert.equal(message, "The disk of the data folder is full: 1.5 MB are free, and a run begins with 2.4 MB.");
  assert.match(remedy!, /^Free some space there/);
  assert.match(
    roomTrouble({ free: 12.9 * MB, all: 1e12 })!.message,
    /: 12 MB are free, and a run begins with 64 MB\.$/,
  );
});

test("the room of a folder is that of its disk", async (context) => {
  const { free, all } = await roomOf(temporaryFolder(context));
  assert.ok(free >= 0 && all >= free, `${free} of ${all}`);
});
