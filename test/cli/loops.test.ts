import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, folderWith, shortHierarchy } from "./clipwork.fixture.ts";

/** The short hierarchy whose seed is the number of the round, with so many rounds in a definition that also saves. */
function seeds(rounds: unknown) {
  const { nodes, ...workflow } = shortHierarchy();
  const { decode, save, ...others } = nodes;
  return {
    ...workflow,
    nodes: {
      ...others,
      paint: {
        type: "loop.repeat.paint",
        version: 1,
        params: { rounds },
        inputs: { image: "prior.embedding", text: "encode.embedding" },
      },
    },
    exposed: { rounds: "paint.rounds" },
    definitions: {
      paint: {
        title: "Paint",
        nodes: {
          decode: { ...decode!, inputs: { image: "in.image", text: "in.text", seed: "in.round" } },
          save: { ...save!, params: {} },
        },
        inputs: { image: {}, text: {}, round: {} },
        outputs: {},
      },
    },
  } as never;
}

test("[I5] an output inside a loop writes a picture a round, named by its path, and explain lists the rounds", async (context) => {
  const folder = folderWith(context, seeds(2));
  const explained = await clipwork(["explain", "workflow.json", "--json"], { cwd: folder });
  assert.match(explained.stdout, /"paint\/2\/decode"/);
  const made = await clipwork(["run", "workflow.json", "--json"], { cwd: folder });
  assert.equal(made.code, 0, made.stderr);
  const { outputs } = made.last();
  assert.deepEqual(
    outputs.map(({ node }) => node),
    ["paint/1/save", "paint/2/save"],
  );
  assert.ok(
    outputs.every(({ file }) => /paint-[12]-save\.png$/.test(file)),
    outputs.map(({ file }) => file).join(),
  );
  assert.equal(new Set(outputs.map(({ pixels }) => pixels)).size, 2, "each round has its own seed");
  const replayed = await clipwork(["replay", outputs[1]!.file, "--json"], { cwd: folder });
  assert.equal(replayed.last().outcome, "equal", replayed.stderr);
});

test("[I6] more rounds are set at the command line, and only they are computed", async (context) => {
  const folder = folderWith(context, seeds(1));
  assert.equal((await clipwork(["run", "workflow.json"], { cwd: folder })).code, 0);
  const more = await clipwork(["run", "workflow.json", "--json", "--set", "rounds=3"], { cwd: folder });
  assert.equal(more.code, 0, more.stderr);
  const started = more.events().flatMap((event) => (event.event === "node.started" ? [event.node] : []));
  assert.deepEqual(started.filter((node) => node!.endsWith("/decode")).sort(), ["paint/2/decode", "paint/3/decode"]);
});

test("[I9] rounds that cannot be are refused in words", async (context) => {
  const folder = folderWith(context, seeds(2));
  const set = await clipwork(["run", "workflow.json", "--set", "rounds=0"], { cwd: folder });
  assert.deepEqual([set.code, /"rounds" is 0, but the least allowed is 1/.test(set.stderr)], [2, true], set.stderr);
  writeFileSync(join(folder, "many.json"), JSON.stringify(seeds("many")));
  const many = await clipwork(["validate", "many.json"], { cwd: folder });
  assert.equal(many.code, 2);
  assert.match(many.stdout + many.stderr, /The loop "paint" is to run "many" rounds, but has to run from 1 to 1000/);
});
