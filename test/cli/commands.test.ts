import assert from "node:assert/strict";
import { cpSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, fixturePacks, folderFor, folderWith, hierarchy, listing } from "./clipwork.fixture.ts";

test("validate says that a workflow is sound, and writes nothing", async (context) => {
  const folder = folderWith(context, hierarchy());
  const words = await clipwork(["validate", "workflow.json"], { cwd: folder });
  assert.deepEqual([words.code, words.stderr], [0, ""]);
  assert.match(words.stdout, /valid, 7 nodes/);
  const json = await clipwork(["validate", "workflow.json", "--json", "--set", "seed=3"], { cwd: folder });
  assert.deepEqual([json.code, json.last()], [0, { event: "valid", nodes: 7, problems: [] }]);
  assert.deepEqual(listing(folder), ["workflow.json"]);
});

test("nodes lists all types, describes one, and refuses an unknown one", async (context) => {
  const cwd = folderFor(context);
  const all = await clipwork(["nodes"], { cwd });
  assert.match(all.stdout, /^decoder\.sample +\S/m);
  const json = await clipwork(["nodes", "--json"], { cwd });
  const types = JSON.parse(json.stdout).map(({ type }: { type: string }) => type);
  assert.equal(types.length, all.stdout.trimEnd().split("\n").length);
  const one = await clipwork(["nodes", "decoder.sample"], { cwd });
  assert.match(one.stdout, /Inputs[\s\S]*image embedding[\s\S]*Parameters[\s\S]*seed/);
  const declared = await clipwork(["nodes", "decoder.sample", "--json"], { cwd });
  assert.equal(JSON.parse(declared.stdout).type, "decoder.sample");
  const none = await clipwork(["nodes", "decoder.sampel"], { cwd });
  assert.equal(none.code, 2);
  assert.match(none.stderr, /"decoder\.sampel"[\s\S]*→ Did you mean "decoder\.sample"\? /);
  const word = await clipwork(["nodes", "slerp"], { cwd });
  assert.match(word.stderr, /→ Did you mean latent\.slerp or latent\.slerp-noise\?/);
});

test("models lists the packs with stages and words", async (context) => {
  const cwd = folderFor(context);
  const words = await clipwork(["models"], { cwd });
  assert.equal(words.code, 0, words.stderr);
  assert.match(words.stdout, /random-pack[\s\S]*upsampler-1024[\s\S]*colour: red, blue/);
  const packs = JSON.parse((await clipwork(["models", "--json"], { cwd })).stdout);
  assert.ok(packs.some(({ name }: { name: string }) => name === "random-pack"));
  assert.deepEqual(listing(cwd), []);
});

test("models reports a damaged pack, with exit code 2", async (context) => {
  const cwd = folderFor(context);
  cpSync(join(fixturePacks, "random-pack"), join(cwd, "random-pack"), { recursive: true });
  truncateSync(join(cwd, "random-pack", "decoder.onnx"), 1000);
  const { code, stdout } = await clipwork(["models"], { cwd, packs: cwd });
  assert.equal(code, 2);
  assert.match(stdout, /random-pack +cannot be used: decoder\.onnx[\s\S]*→ /);
});

test("help is on standard output with exit code 0, for the program and each command", async (context) => {
  const cwd = folderFor(context);
  for (const args of [
    ["--help"],
    ["run", "--help"],
    ["validate", "--help"],
    ["nodes", "--help"],
    ["models", "--help"],
    ["explain", "--help"],
    ["replay", "--help"],
    ["diff", "--help"],
    ["providers", "--help"],
    ["cache", "--help"],
    ["cache", "ls", "--help"],
    ["cache", "gc", "--help"],
    ["cache", "clear", "--help"],
  ]) {
    const { code, stdout, stderr } = await clipwork(args, { cwd });
    assert.deepEqual([code, stderr], [0, ""], args.join(" "));
    assert.match(stdout, /^Usage: clipwork/);
  }
  const { stdout } = await clipwork(["run", "--help"], { cwd });
  for (const option of ["--set", "--provider", "--out", "--data", "--json", "--no-cache", "--no-metadata"]) {
    assert.ok(stdout.includes(option), option);
  }
});

test("without a command, options are those of serve", async (context) => {
  const cwd = folderFor(context);
  const port = await clipwork(["--port", "none", "--data", cwd], { cwd });
  const serve = await clipwork(["serve", "--port", "none", "--data", cwd], { cwd });
  assert.equal(port.code, 2);
  assert.match(port.stderr, /none/);
  assert.equal(port.stderr, serve.stderr);
  const unknown = await clipwork(["--prot", "0"], { cwd });
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /--prot[\s\S]*--port[\s\S]*serve --help/);
});

test("an unknown command is refused with the nearest one", async (context) => {
  const { code, stderr } = await clipwork(["runn", "x"], { cwd: folderFor(context) });
  assert.equal(code, 2);
  assert.match(stderr, /'runn'[\s\S]*run\?/);
});
