import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, fixturePacks, folderWith, shortHierarchy } from "./clipwork.fixture.ts";

const example = join(fixturePacks, "node-pack-example");

test("a new node pack passes its own test, is added, listed, used and removed; what else config.json says stays", async (context) => {
  const cwd = folderWith(context, shortHierarchy());
  const data = join(cwd, "default-data");
  const ask = async (...args: string[]) => clipwork(["packs", ...args], { cwd });
  const made = await ask("new", "film", "mine");
  assert.deepEqual([made.code, made.stderr], [0, ""]);
  // Not as a part of this test, which would say so to a test runner.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { scripts } = JSON.parse(readFileSync(join(cwd, "mine", "package.json"), "utf8"));
  const [, ...args] = scripts.test.split(" ");
  const tested = spawnSync(process.execPath, args, { cwd: join(cwd, "mine"), env, encoding: "utf8" });
  assert.equal(tested.status, 0, tested.stdout + tested.stderr);
  assert.match(
    (await ask("new", "film", "mine")).stderr,
    /mine cannot be made: there is something of that name already/,
  );
  assert.match((await ask("new", "text")).stderr, /"text" is what types of Clipwork's own are called/);

  assert.match((await ask()).stdout, /^No node packs\./);
  const added = await ask("add", "./mine");
  assert.deepEqual([added.code, added.stderr], [0, ""]);
  assert.match(added.stdout, /^clipwork-nodes-film@0\.1\.0 .*film\.negative/);
  writeFileSync(
    join(data, "config.json"),
    JSON.stringify({ ...JSON.parse(readFileSync(join(data, "config.json"), "utf8")), keepRuns: 5 }),
  );
  assert.equal((await ask("add", example)).code, 0);
  assert.match((await ask("add", example)).stdout, /\nconfig\.json named it already\.\n/);
  const { packs } = JSON.parse((await ask("list", "--json")).stdout);
  assert.deepEqual(
    packs.map(({ types }: { types: string[] }) => types),
    [["film.negative"], ["duotone.print"]],
  );
  const valid = await clipwork(["validate", join(cwd, "mine", "workflow.json")], { cwd, packs: "" });
  assert.deepEqual([valid.code, valid.stderr], [0, ""]);

  assert.equal((await ask("remove", "film")).code, 0);
  assert.deepEqual(JSON.parse(readFileSync(join(data, "config.json"), "utf8")), { nodePacks: [example], keepRuns: 5 });
  const unknown = await ask("remove", "clipwork-nodes-film");
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /names no node pack clipwork-nodes-film\.\n.*node-pack-example/);
});

test("the command that packs new prints makes the pack known", async (context) => {
  const cwd = folderWith(context, shortHierarchy());
  const made = await clipwork(["packs", "new", "film"], { cwd });
  const [, folder] = /'packs add "([^"]+)"'/.exec(made.stdout)!;
  const added = await clipwork(["packs", "add", folder!], { cwd });
  assert.deepEqual([added.code, added.stderr], [0, ""]);
});

test("a pack that ends the process while it is loaded is not added, and harms no command", async (context) => {
  const cwd = folderWith(context, shortHierarchy());
  await clipwork(["packs", "new", "film", "mine"], { cwd });
  writeFileSync(join(cwd, "mine", "index.js"), "process.exit(0);");
  const refused = await clipwork(["packs", "add", "./mine"], { cwd });
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /error: The node pack .*mine is not used: it ended the process while it was loaded, with the code 0\./,
  );
  const environment = { CLIPWORK_NODES: join(cwd, "mine") };
  const nodes = await clipwork(["nodes", "text.prompt"], { cwd, environment });
  assert.equal(nodes.code, 0);
  assert.match(nodes.stdout, /^text\.prompt/);
  assert.match(nodes.stderr, /warning: The node pack .*mine is not used: it ended the process/);
  const listed = await clipwork(["packs"], { cwd, environment });
  assert.equal(listed.code, 1);
  assert.match(listed.stdout, /mine: not used: it ended the process/);
});
