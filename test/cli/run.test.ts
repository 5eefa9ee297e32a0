import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { clipwork, folderFor, folderWith, hierarchy, listing, shortHierarchy } from "./clipwork.fixture.ts";

async function hashPixels(file: string): Promise<string> {
  return createHash("sha256")
    .update(await sharp(file).raw().toBuffer())
    .digest("hex");
}

test("a picture: made, cached, changed in its last node, made again elsewhere, run again from its file", async (context) => {
  const folder = folderWith(context, hierarchy());
  const run = (...args: string[]) => clipwork(["run", "workflow.json", "--json", ...args], { cwd: folder });

  const first = await run("--set", "prompt=blue cube", "--set", "seed=3", "--out", "out", "--data", "data");
  assert.equal(first.code, 0, first.stderr);
  const { event, status, executed, outputs } = first.last();
  assert.deepEqual([event, status, executed], ["run.finished", "finished", 6]);
  assert.equal(outputs.length, 1);
  const { file, pixels } = outputs[0]!;
  assert.deepEqual([outputs[0]!.node, outputs[0]!.item], ["save", 0]);
  assert.equal(file, join(folder, "out", "picture.png"));
  const { width, height, channels } = await sharp(file).metadata();
  assert.deepEqual([width, height, channels], [64, 64, 3]);
  assert.equal(await hashPixels(file), pixels);

  const cached = await run("--set", "prompt=blue cube", "--set", "seed=3", "--out", "out-2", "--data", "data");
  assert.deepEqual([cached.code, cached.last().executed], [0, 0]);
  assert.deepEqual(readFileSync(join(folder, "out-2", "picture.png")), readFileSync(file));

  const detail = ["--set", "prompt=blue cube", "--set", "seed=3", "--set", "detailSeed=9"];
  const changed = await run(...detail, "--out", "out", "--data", "data");
  const ran = changed.events().filter(({ event }) => event === "node.started");
  assert.deepEqual([changed.last().executed, ran.map(({ node }) => node)], [1, ["detail"]]);
  assert.notEqual(changed.last().outputs[0]!.pixels, pixels);
  assert.equal(changed.last().outputs[0]!.file, join(folder, "out", "picture.2.png"));
  assert.equal(await hashPixels(file), pixels, "the other picture is untouched");

  const elsewhere = await clipwork(["run", file, "--json", "--out", "out-3", "--data", "other"], { cwd: folder });
  assert.deepEqual([elsewhere.code, elsewhere.last().executed], [0, 6]);
  assert.equal(elsewhere.last().outputs[0]!.pixels, pixels);

  const varied = await clipwork(["run", file, "--json", "--set", "detailSeed=9", "--data", "data"], { cwd: folder });
  assert.deepEqual([varied.last().executed, varied.last().outputs[0]!.pixels], [0, changed.last().outputs[0]!.pixels]);
});

test("a picture carries its workflow, parameters, digests, numerics and versions, unless asked not to", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const made = await clipwork(["run", "workflow.json", "--json", "--set", "seed=5"], { cwd: folder });
  const { file, pixels } = made.last().outputs[0]!;
  assert.equal(file, join(folder, "out", "picture.png"), "the folder is out unless told");
  const { comments } = await sharp(file).metadata();
  assert.deepEqual(
    comments?.map(({ keyword }) => keyword),
    ["clipwork"],
  );
  const run = JSON.parse(comments![0]!.text);
  assert.equal(run.format, "clipwork-run/1");
  assert.equal(run.pixels, pixels);
  assert.equal(run.workflow.nodes.prior.params.seed, 5);
  const sampling = { sampler: "pack", eta: 0, spacing: "pack" };
  assert.deepEqual(run.parameters.prior, { pack: "random-pack", seed: 5, steps: null, ...sampling, candidates: 1 });
  assert.match(run.stages["random-pack/decoder"], /^[0-9a-f]{64}$/);
  assert.match(run.numerics, /onnxruntime/);
  assert.match(run.versions.clipwork, /^\d+\.\d+\.\d+/);

  const bare = await clipwork(["run", "workflow.json", "--set", "seed=5", "--no-metadata", "--out", "bare"], {
    cwd: folder,
  });
  assert.equal(bare.code, 0, bare.stderr);
  assert.equal((await sharp(join(folder, "bare", "picture.png")).metadata()).comments, undefined);
  assert.equal(bare.stdout, `${join("bare", "picture.png")}\n`, "the file is told");
  const refused = await clipwork(["run", join("bare", "picture.png")], { cwd: folder });
  assert.deepEqual([refused.code, /carries no workflow/.test(refused.stderr)], [2, true]);
});

test("--no-cache computes everything again, to the same pixels", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const first = await clipwork(["run", "workflow.json", "--json"], { cwd: folder });
  const again = await clipwork(["run", "workflow.json", "--json", "--no-cache"], { cwd: folder });
  assert.deepEqual([first.last().executed, again.last().executed], [4, 4]);
  assert.equal(again.last().outputs[0]!.pixels, first.last().outputs[0]!.pixels);
  assert.deepEqual(listing(join(folder, "out")), ["picture.png"]);
});

test("a damaged value is computed again, to the same pixels", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const first = await clipwork(["run", "workflow.json", "--json", "--data", "data"], { cwd: folder });
  const values = globSync("data/values/*/*", { cwd: folder });
  assert.equal(values.length, 4);
  for (const value of values) {
    const bytes = readFileSync(join(folder, value));
    writeFileSync(join(folder, value), bytes.subarray(0, bytes.length - 1));
  }
  const again = await clipwork(["run", "workflow.json", "--json", "--data", "data"], { cwd: folder });
  assert.deepEqual([again.code, again.last().executed], [0, 4]);
  assert.equal(again.last().outputs[0]!.pixels, first.last().outputs[0]!.pixels);
});

test("each item of a list gets a file", async (context) => {
  const workflow = shortHierarchy();
  workflow.nodes.seeds = { type: "list.seeds", version: 1, params: { first: 1, count: 3 } };
  workflow.nodes.decode!.inputs!.seed = "seeds.seeds";
  workflow.exposed = {};
  const folder = folderWith(context, workflow);
  const outcome = await clipwork(["run", "workflow.json", "--json", "--out", "out"], { cwd: folder });
  assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr);
  assert.deepEqual(listing(join(folder, "out")), ["picture-0.png", "picture-1.png", "picture-2.png"]);
  assert.equal(new Set(outcome.last().outputs.map(({ pixels }) => pixels)).size, 3);
});

test("a loaded picture counts by its content and is found beside the workflow", async (context) => {
  const workflow = hierarchy();
  workflow.nodes.load = { type: "image.load", version: 1, params: { file: "small.png", size: 16 } };
  workflow.nodes.save!.inputs = { image: "load.image" };
  const folder = folderWith(context, workflow);
  const paint = (background: string) =>
    sharp({ create: { width: 40, height: 20, channels: 3, background } }).toFile(join(folder, "small.png"));
  const elsewhere = folderFor(context);
  const run = () => clipwork(["run", join(folder, "workflow.json"), "--json", "--data", "data"], { cwd: elsewhere });
  await paint("teal");
  const first = await run();
  assert.deepEqual([first.code, first.last().executed], [0, 1]);
  assert.equal((await run()).last().executed, 0);
  await paint("crimson");
  const changed = await run();
  assert.equal(changed.last().executed, 1);
  assert.notEqual(changed.last().outputs[0]!.pixels, first.last().outputs[0]!.pixels);
});

for (const [title, caption, warns] of [
  ["an empty caption", "", false],
  ["ten thousand words", "red ".repeat(10_000).trim(), true],
  ["emoji", "🦊🏳️‍🌈 red 👩‍👩‍👧", true],
  ["right-to-left text", "קוביה אדומה \u202E red", true],
  ["control characters", "red\u0000\u001b[31m cube", true],
] as const) {
  test(`${title} is drawn${warns ? ", with a warning" : ""}`, async (context) => {
    const workflow = shortHierarchy();
    workflow.nodes.caption!.params = { text: caption };
    const outcome = await clipwork(["run", "workflow.json"], { cwd: folderWith(context, workflow) });
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.equal(/^warning: encode: /m.test(outcome.stderr), warns, outcome.stderr);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach the terminal
    assert.doesNotMatch(outcome.stderr, /[\u0000\u001b]/);
  });
}
