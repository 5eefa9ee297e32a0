import assert from "node:assert/strict";
import { test } from "node:test";
import { RunProfile } from "./run-profile.ts";

test("the most memory of a run of days is found", () => {
  const profile = new RunProfile();
  const seconds = 300_000;
  profile.hear({ event: "run.started", run: "r", seq: 1, time: 0, nodes: 1 });
  for (let i = 1; i <= seconds; i++) {
    const rss = i === 7 ? 3 * 2 ** 30 : 2 ** 30;
    profile.hear({ event: "run.work", time: i * 1000, runs: [], rss, loaded: i === 9 ? 2 * 2 ** 30 : 0 });
  }
  assert.equal(profile.lines().at(-1)!, "at most 3.00 GB of memory, 2.00 GB of models loaded");
});
