import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { pictureKeyword } from "../../server/src/documents/carried-run.ts";
import { insertText, readText } from "../../server/src/files/png.ts";
import { clipwork, fixturePacks, folderWith, listing, shortHierarchy, type Workflow } from "./clipwork.fixture.ts";

// biome-ignore lint/suspicious/noExplicitAny: whatever a picture carries
type Carried = any;
const carriedBy = (file: string): Carried => JSON.parse(readText(readFileSync(file), pictureKeyword)!);

/** A folder with a picture of the workflow, made with those settings. */
async function pictureOf(context: TestContext, workflow: Workflow = shortHierarchy(), ...args: string[]) {
  const folder = folderWith(context, workflow);
  const made = await clipwork(["run", "workflow.json", "--json", ...args], { cwd: folder });
  assert.equal(made.code, 0, made.stderr);
  return { folder, outputs: made.last().outputs, file: made.last().outputs[0]!.file };
}

/** The picture with other pixels and another record, as a forger or another machine would write it. */
async function forge(
  file: string,
  to: string,
  record: (carried: Carried) => object,
  pixel = (value: number, _: number) => value,
) {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  const changed = data.map(pixel);
  const pixels = createHash("sha256").update(changed).digest("hex");
  const png = await sharp(changed, { raw: { width: info.width, height: info.height, channels: 3 } })
    .png()
    .toBuffer();
  writeFileSync(to, insertText(png, pictureKeyword, JSON.stringify(record({ ...carriedBy(file), pixels }))));
}

test("a picture is made again, bit for bit, in another data folder as well; no picture is written", async (context) => {
  const { folder, file } = await pictureOf(context);
  const values = carriedBy(file).values;
  assert.deepEqual(
    values.map(([node, item]: [string, number]) => `${node} ${item}`),
    ["caption 0", "encode 0", "prior 0", "decode 0"],
  );
  assert.ok(values.every(([, , digest]: string[]) => /^[0-9a-f]{16}$/.test(digest!)));
  const out = listing(join(folder, "out"));
  for (const data of ["default-data", "other"]) {
    const replayed = await clipwork(["replay", file, "--json", "--data", data], { cwd: folder });
    assert.equal(replayed.code, 0, replayed.stderr);
    assert.equal(replayed.events().filter(({ event }) => event === "node.started").length, 4, "nothing kept is taken");
    const { event, outcome, first, facts, values } = replayed.last();
    assert.deepEqual([event, outcome, first, facts], ["replayed", "equal", undefined, []]);
    assert.deepEqual(values, { recorded: 4, different: 0 });
  }
  const words = await clipwork(["replay", file], { cwd: folder });
  assert.match(words.stdout, /^equal: .*picture\.png comes out with the same pixels\.\n$/);
  assert.deepEqual(listing(join(folder, "out")), out);
});

test("a picture records its own item alone, also where its values were kept", async (context) => {
  const workflow = shortHierarchy();
  workflow.nodes.seeds = { type: "list.seeds", version: 1, params: { first: 1, count: 2 } };
  workflow.nodes.decode!.inputs!.seed = "seeds.seeds";
  workflow.exposed = {};
  const { folder, outputs } = await pictureOf(context, workflow);
  const { file } = outputs[1]!;
  const own = carriedBy(file).values.map(([node, item]: [string, number]) => `${node} ${item}`);
  assert.deepEqual(own.sort(), ["caption 0", "decode 1", "encode 0", "prior 0", "seeds 0"]);
  const again = await clipwork(["run", "workflow.json", "--json", "--out", "again"], { cwd: folder });
  assert.equal(again.last().executed, 0);
  assert.deepEqual(readFileSync(again.last().outputs[1]!.file), readFileSync(file));
  const replayed = await clipwork(["replay", file, "--json"], { cwd: folder });
  assert.deepEqual([replayed.code, replayed.last().outcome], [0, "equal"]);
});

test("a picture whose workflow does not make it: the first node that differs is named, with 1", async (context) => {
  const { folder, file } = await pictureOf(context);
  await forge(file, join(folder, "forged.png"), (carried) => {
    carried.workflow.nodes.prior.params.seed = 8;
    return carried;
  });
  const replayed = await clipwork(["replay", "forged.png", "--json"], { cwd: folder });
  assert.deepEqual([replayed.code, replayed.last().outcome], [1, "different"]);
  assert.deepEqual([replayed.last().first, replayed.last().values.different], [{ node: "prior", item: 0 }, 2]);
  const words = await clipwork(["replay", "forged.png"], { cwd: folder });
  assert.match(
    words.stdout,
    /^different: .*first at the node "prior" \([\d.]+ dB, the largest difference \d+ of 255\)/,
  );

  await forge(
    file,
    join(folder, "old.png"),
    ({ values: _, ...carried }) => ({ ...carried }),
    (value) => value ^ 128,
  );
  const old = await clipwork(["replay", "old.png"], { cwd: folder });
  assert.equal(old.code, 1);
  assert.match(old.stdout, /does not record the values of its nodes/);
});

test("other numerics are allowed a small difference, which is reported with the fact; equal numerics none", async (context) => {
  const { folder, file } = await pictureOf(context);
  const nearly = (value: number, i: number) => (i % 7 === 0 ? value ^ 1 : value);
  const elsewhere = (carried: Carried) => ({
    ...carried,
    numerics: carried.numerics.replace(/onnxruntime [\d.]+/, "onnxruntime 1.29.0"),
  });
  await forge(file, join(folder, "near.png"), elsewhere, nearly);
  const near = await clipwork(["replay", "near.png"], { cwd: folder });
  assert.equal(near.code, 0, near.stdout);
  assert.match(near.stdout, /^close: .*the largest difference 1 of 255; at least 40 dB, at most 32\)/);
  assert.match(near.stdout, /^ {2}numerics: cpu; float32; onnxruntime 1\.29\.0; .* → cpu; /m);

  await forge(file, join(folder, "far.png"), elsewhere, (value) => value ^ 64);
  const far = await clipwork(["replay", "far.png", "--json"], { cwd: folder });
  assert.deepEqual([far.code, far.last().outcome, far.last().distance.largest], [1, "different", 64]);

  await forge(file, join(folder, "same.png"), (carried) => carried, nearly);
  const same = await clipwork(["replay", "same.png", "--json"], { cwd: folder });
  assert.deepEqual([same.code, same.last().outcome, same.last().first], [1, "different", undefined]);
});

test("a changed model stage is named, and only one that the workflow uses; a missing pack is named with 2", async (context) => {
  const { folder, file } = await pictureOf(context);
  const packs = join(folder, "packs");
  cpSync(join(fixturePacks, "random-pack"), join(packs, "random-pack"), { recursive: true });
  const path = join(packs, "random-pack", "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.stages.decoder.defaults.steps += 1;
  manifest.stages["upsampler-256"].defaults.steps += 1;
  writeFileSync(path, JSON.stringify(manifest));
  const changed = await clipwork(["replay", file], { cwd: folder, packs });
  assert.equal(changed.code, 1, changed.stderr);
  assert.match(
    changed.stdout,
    /first at the node "decode" .*\n {2}model stage random-pack\/decoder has other weights or settings\n$/,
  );

  mkdirSync(join(folder, "none"));
  const missing = await clipwork(["replay", file, "--json"], { cwd: folder, packs: join(folder, "none") });
  assert.deepEqual(
    [missing.code, missing.last().event, missing.last().problems[0].code],
    [2, "invalid", "unknown-pack"],
  );
  assert.match(missing.last().problems[0].message, /random-pack/);
});

test("what is no picture of Clipwork's, or was changed since, is refused with 2 and runs nothing", async (context) => {
  const { folder, file } = await pictureOf(context);
  await forge(
    file,
    join(folder, "painted.png"),
    (carried) => ({ ...carried, pixels: carriedBy(file).pixels }),
    (value) => value ^ 1,
  );
  await forge(file, join(folder, "odd.png"), (carried) => ({ ...carried, values: [["prior", "0", 7]] }));
  for (const [name, code] of [
    ["painted.png", "changed-picture"],
    ["odd.png", "no-record"],
    ["workflow.json", "no-record"],
    ["none.png", "file-missing"],
  ]) {
    const refused = await clipwork(["replay", name!, "--json", "--data", "fresh"], { cwd: folder });
    assert.deepEqual([refused.code, refused.last().problems[0].code], [2, code], name);
  }
  assert.ok(!listing(folder).includes("fresh"));
});

test("diff reports parameters, nodes, wiring, and which values differ, of pictures and workflows", async (context) => {
  const { folder, file } = await pictureOf(context);
  const other = await clipwork(["run", "workflow.json", "--json", "--set", "decoderSteps=2", "--out", "other"], {
    cwd: folder,
  });
  const second = other.last().outputs[0]!.file;
  const equal = await clipwork(["diff", file, file], { cwd: folder });
  assert.equal(equal.stdout, "The workflows compute the same.\nvalues of 4 nodes are equal\nThe pixels are equal.\n");
  assert.equal(equal.code, 0);
  const words = await clipwork(["diff", file, second], { cwd: folder });
  assert.equal(
    words.stdout,
    "decode.steps: the pack's own → 2\nvalues of 3 nodes are equal; different: decode\nThe pixels are different.\n",
  );
  assert.equal(words.code, 1);
  const json = await clipwork(["diff", file, second, "--json"], { cwd: folder });
  assert.deepEqual(json.last(), {
    event: "compared",
    changes: [{ change: "parameter", node: "decode", name: "steps", before: null, now: 2 }],
    facts: [],
    values: { pixels: "different", equal: 3, different: ["decode"] },
  });
  const workflow = shortHierarchy();
  workflow.nodes.words = workflow.nodes.caption!;
  delete workflow.nodes.caption;
  workflow.nodes.encode!.inputs = { text: "words.text" };
  workflow.exposed = {};
  writeFileSync(join(folder, "changed.json"), JSON.stringify(workflow));
  const mixed = await clipwork(["diff", file, "changed.json"], { cwd: folder });
  assert.equal(
    mixed.stdout,
    "- caption (text.prompt)\nencode.text: link caption.text → words.text\n+ words (text.prompt)\n",
  );
  const wrong = await clipwork(["diff", file, "none.json", "--json"], { cwd: folder });
  assert.deepEqual([wrong.code, wrong.last().problems[0].code], [2, "file-missing"]);
});

test("a file is made again although something else in its workflow fails, as it did before; one that is not made is not", async (context) => {
  const workflow: Workflow = {
    format: "clipwork/1",
    nodes: {
      caption: { type: "text.prompt", version: 1, params: { text: "a red cube" } },
      none: { type: "text.lines", version: 1, params: { text: "" } },
      good: { type: "output.text", version: 1, inputs: { text: "caption.text" } },
      bad: { type: "output.text", version: 1, inputs: { text: "none.texts" } },
    },
    exposed: {},
  };
  const folder = folderWith(context, workflow);
  const made = await clipwork(["run", "workflow.json"], { cwd: folder });
  assert.notEqual(made.code, 0);
  const replayed = await clipwork(["replay", "out/good.txt", "--json"], { cwd: folder });
  assert.deepEqual([replayed.code, replayed.last().outcome], [0, "equal"], replayed.stderr);
  const record = join(folder, "out", "good.clipwork.json");
  writeFileSync(record, readFileSync(record, "utf8").replace('"node":"good"', '"node":"bad"'));
  const lost = await clipwork(["replay", "out/good.txt", "--json"], { cwd: folder });
  assert.deepEqual([lost.code === 0, lost.last().outcome], [false, "failed"]);
});
