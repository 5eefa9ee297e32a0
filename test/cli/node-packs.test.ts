import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pictureKeyword } from "../../server/src/documents/carried-run.ts";
import { readText } from "../../server/src/files/png.ts";
import { clipwork, fixturePacks, folderWith, listing, shortHierarchy, type Workflow } from "./clipwork.fixture.ts";

const example = join(fixturePacks, "node-pack-example");

/** The short hierarchy with a node of the example before its output. */
function duotone(): Workflow {
  const workflow = shortHierarchy();
  workflow.nodes.print = { type: "duotone.print", version: 1, inputs: { image: "decode.image" } };
  workflow.nodes.save!.inputs = { image: "print.image" };
  workflow.exposed.dark = "print.dark";
  return workflow;
}

/** A folder with the workflow, a copy of the example beside it, and a data folder that is configured so. */
function configured(
  context: TestContext,
  configuration: object | string,
): { cwd: string; environment: NodeJS.ProcessEnv } {
  const cwd = folderWith(context, duotone());
  cpSync(example, join(cwd, "duotone"), { recursive: true });
  const data = join(cwd, "..", "data");
  mkdirSync(data);
  const text = typeof configuration === "string" ? configuration : JSON.stringify(configuration);
  writeFileSync(join(data, "config.json"), text);
  return { cwd, environment: { CLIPWORK_DATA: data } };
}

test("a node pack that the configuration names runs; editing it makes its nodes, and only them, run again", async (context) => {
  const options = configured(context, { nodePacks: ["../here/duotone"] });
  const run = async (...args: string[]) => {
    const outcome = await clipwork(["run", "workflow.json", "--json", ...args], options);
    assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr);
    return outcome.last();
  };
  const first = await run();
  assert.equal(first.executed, 5);
  assert.equal((await run()).executed, 0);
  const file = join(options.cwd, "duotone", "index.js");
  writeFileSync(file, readFileSync(file, "utf8").replace("data: print }", "data: print.map((x) => -x) }"));
  const explained = await clipwork(["explain", "workflow.json"], options);
  assert.match(explained.stdout, /^print +would run: its node pack: "clipwork-nodes-duotone@1\.0\.0 sha256:.* → /m);
  assert.match(explained.stdout, /5 nodes: 4 cached, 1 would run/);
  const edited = await run();
  assert.equal(edited.executed, 1);
  assert.notEqual(edited.outputs[0]!.pixels, first.outputs[0]!.pixels);
  const origins = [first, edited].map(({ outputs }) => {
    return JSON.parse(readText(readFileSync(outputs[0]!.file), pictureKeyword)!).nodePacks as string[];
  });
  assert.match(origins[0]![0]!, /^clipwork-nodes-duotone@1\.0\.0 sha256:[0-9a-f]{64}$/);
  assert.notDeepEqual(origins[0], origins[1]);
  const failed = await clipwork(["run", "workflow.json", "--set", "dark=navy"], options);
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /error: print: "dark" is navy, no colour\.\n {2}→ Write it as #rrggbb\./);
});

test("a pack installed as an npm package is found by its name, and nodes reports where a node comes from", async (context) => {
  const { cwd, environment } = configured(context, { nodePacks: ["clipwork-nodes-duotone"] });
  cpSync(example, join(cwd, "..", "data", "node_modules", "clipwork-nodes-duotone"), { recursive: true });
  const options = { cwd, environment };
  const all = await clipwork(["nodes"], options);
  assert.match(all.stdout, /^duotone\.print +Prints .* \(clipwork-nodes-duotone@1\.0\.0\)$/m);
  assert.match(all.stdout, /^text\.prompt +[^(]*$/m);
  const one = await clipwork(["nodes", "duotone.print"], options);
  assert.match(one.stdout, /^duotone\.print {2}\(Duotone, version 1, from clipwork-nodes-duotone@1\.0\.0\)/);
  const json = JSON.parse((await clipwork(["nodes", "duotone.print", "--json"], options)).stdout);
  assert.match(json.origin, /^clipwork-nodes-duotone@1\.0\.0 sha256:/);
  assert.equal((await clipwork(["run", "workflow.json"], options)).code, 0);
});

test("a pack that cannot be used is reported, and stops only the workflows that need it", async (context) => {
  const options = configured(context, { nodePacks: ["../here/duotone"] });
  writeFileSync(join(options.cwd, "duotone", "index.js"), `throw new Error("no ink left")`);
  writeFileSync(join(options.cwd, "plain.json"), JSON.stringify(shortHierarchy()));
  const plain = await clipwork(["run", "plain.json"], options);
  assert.equal(plain.code, 0, plain.stderr);
  assert.match(plain.stderr, /^warning: The node pack .*duotone is not used: no ink left\.\n {2}→ .*node-packs\.md/m);
  const before = listing(options.cwd);
  const needs = await clipwork(["run", "workflow.json"], options);
  assert.equal(needs.code, 2);
  assert.match(needs.stderr, /no ink left[\s\S]*error: Node "print" has the unknown type "duotone\.print"/);
  assert.deepEqual(listing(options.cwd), before);
});

test("a node that gives a value that is not finite fails by name, and nothing of it is kept or written", async (context) => {
  const options = configured(context, { nodePacks: ["../here/duotone"] });
  const file = join(options.cwd, "duotone", "index.js");
  const right = readFileSync(file, "utf8");
  writeFileSync(file, right.replace("data: print }", "data: print.map((x, i) => (i % 100 === 7 ? NaN : x)) }"));
  const run = () => clipwork(["run", "workflow.json"], options);
  const first = await run();
  assert.equal(first.code, 1);
  const sentence =
    /error: print: The output "image" has 8 numbers that are not finite; the first is NaN, at data\[7\]\.\n {2}→ /;
  assert.match(first.stderr, sentence);
  assert.deepEqual(
    listing(options.cwd).filter((name) => name.endsWith(".png")),
    [],
  );
  assert.match((await run()).stderr, sentence, "it was not kept");
  writeFileSync(file, right);
  assert.equal((await run()).code, 0);
});

test("a workflow alone brings no code: without the configuration its node is unknown", async (context) => {
  const { cwd } = configured(context, {});
  const workflow = { ...duotone(), nodePacks: ["./duotone"] } as Workflow;
  writeFileSync(join(cwd, "workflow.json"), JSON.stringify(workflow));
  const { code, stderr } = await clipwork(["run", "workflow.json"], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /Node "print" has the unknown type "duotone\.print"/);
});

test("a configuration that is wrong is refused before anything starts", async (context) => {
  const options = configured(context, `{ "nodePack": [] }`);
  for (const command of [["run", "workflow.json"], ["explain", "workflow.json"], ["nodes"]]) {
    const { code, stderr } = await clipwork(command, options);
    assert.equal(code, 2);
    assert.match(stderr, /config\.json: there is no setting "nodePack"\.\n {2}→ .*"nodePacks"/);
  }
});

test("the examples' own tests pass, and their workflows are valid where the packs are named", async (context) => {
  const packs = [example, join(fixturePacks, "node-pack-palette")];
  const { cwd, environment } = configured(context, { nodePacks: packs });
  for (const [i, pack] of packs.entries()) {
    const { stdout, status } = spawnSync(process.execPath, ["--test", "--test-reporter=tap"], {
      cwd: pack,
      encoding: "utf8",
      // Else it would report to the runner of this test.
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    assert.equal(status, 0, stdout);
    assert.match(stdout, [/^# pass 2$/m, /^# pass 3$/m][i]!);
    const { code, stderr } = await clipwork(["validate", join(pack, "workflow.json")], { cwd, environment });
    assert.equal(code, 0, stderr);
  }
});
