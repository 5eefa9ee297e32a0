import assert from "node:assert/strict";
import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, folderWith, listing, shortHierarchy } from "./clipwork.fixture.ts";

type Explained = { node: string; state: string; reasons: string[] }[];
const states = (nodes: Explained) => nodes.map(({ node, state }) => `${node} ${state}`);

test("explain reports what would run and why: before a run, after it, after a change, after a loss", async (context) => {
  const folder = folderWith(context, { ...shortHierarchy(), meta: { title: "Cubes" } } as never);
  const explain = async (...args: string[]) => {
    const outcome = await clipwork(["explain", "workflow.json", "--json", ...args], { cwd: folder });
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.equal(outcome.last().event, "explained");
    return outcome.last().nodes as Explained;
  };
  const unknown = await explain();
  assert.deepEqual(
    states(unknown),
    ["caption", "encode", "prior", "decode"].map((node) => `${node} would run`),
  );
  assert.ok(unknown.every(({ reasons }) => reasons.join() === "never run here"));
  assert.deepEqual(listing(folder), ["workflow.json"], "nothing is written");

  const run = await clipwork(["run", "workflow.json", "--json"], { cwd: folder });
  assert.equal(run.code, 0, run.stderr);
  const cached = await explain();
  assert.ok(
    cached.every(({ state, reasons }) => state === "cached" && reasons.length === 0),
    JSON.stringify(cached),
  );

  const changed = await explain("--set", "prompt=blue cube");
  assert.deepEqual(
    changed.map(({ state, reasons }) => `${state}: ${reasons}`),
    [
      'would run: parameter "text": "red cube" → "blue cube"',
      'would run: input "text": "caption.text" gives something else',
      'would run: input "text": "encode.embedding" gives something else',
      'would run: input "image": "prior.embedding" gives something else,input "text": "encode.embedding" gives something else',
    ],
  );
  const last = await clipwork(["explain", join("out", "picture.png"), "--set", "decoderSteps=2"], { cwd: folder });
  assert.match(
    last.stdout,
    /^prior +cached\ndecode +would run: parameter "steps": the pack's own → 2\n4 nodes: 3 cached, 1 would run$/m,
  );
  const ran = await clipwork(["run", "workflow.json", "--json", "--set", "decoderSteps=2"], { cwd: folder });
  assert.equal(ran.last().executed, 1, "the run does what was said");

  for (const value of globSync("default-data/values/*/*", { cwd: folder })) rmSync(join(folder, value));
  const lost = await explain("--set", "decoderSteps=2");
  assert.ok(
    lost.every(({ reasons }) => reasons.join() === "its kept value is gone"),
    JSON.stringify(lost),
  );
});

test("explain refuses what run refuses", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const wrong = await clipwork(["explain", "workflow.json", "--set", "sed=3", "--json"], { cwd: folder });
  assert.deepEqual([wrong.code, wrong.last().event], [2, "invalid"]);
  assert.deepEqual(listing(folder), ["workflow.json"]);
});
