import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { readPngRun } from "../../server/src/documents/carried-run.ts";
import { clipwork, fixturePacks, folderWith, listing, type Outcome } from "./clipwork.fixture.ts";
import { measured } from "./measured.fixture.ts";

const names = [
  ...["caption.clipwork.json", "caption.txt", "cosines.clipwork.json", "cosines.csv", "cosines.png", "cosines.svg"],
  ...["embeddings.clipwork.json", "embeddings.csv", "embeddings.json", "reading.clipwork.json", "reading.json"],
  ...["vectors.clipwork.json", "vectors.npy"],
];

/** A folder in which the workflow has been run. */
async function run(context: TestContext, ...args: string[]) {
  const cwd = folderWith(context, measured());
  const again = async (...more: string[]): Promise<Outcome> => {
    const outcome = await clipwork(["run", "workflow.json", "--json", ...args, ...more], { cwd });
    assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr);
    return outcome;
  };
  const first = await again();
  const text = (name: string) => readFileSync(join(cwd, "out", name), "utf8");
  return { cwd, again, first, text };
}

test("every output is written as its kind says, under one name, and listed in the plan's order", async (context) => {
  const { cwd, first, text } = await run(context);
  assert.deepEqual(listing(join(cwd, "out")), names);
  const { outputs } = first.last() as unknown as {
    outputs: { node: string; kind: string; file: string; files: string[]; pixels?: string }[];
  };
  assert.deepEqual(
    outputs.map(({ node, kind, files }) => [node, kind, files.map((file) => relative(join(cwd, "out"), file))]).sort(),
    [
      ["save-array", "file", ["vectors.npy", "vectors.clipwork.json"]],
      ["save-caption", "text", ["caption.txt", "caption.clipwork.json"]],
      ["save-plot", "plot", ["cosines.svg", "cosines.png", "cosines.csv", "cosines.clipwork.json"]],
      ["save-reading", "json", ["reading.json", "reading.clipwork.json"]],
      ["save-table", "table", ["embeddings.csv", "embeddings.json", "embeddings.clipwork.json"]],
    ],
  );
  for (const { kind, file, files, pixels } of outputs) {
    assert.equal(file, files[0]);
    assert.equal(pixels !== undefined, kind === "plot");
  }
  assert.equal(text("caption.txt"), "red cube");
  assert.equal(JSON.parse(text("reading.json")).text, "red cube");
  const records = JSON.parse(text("embeddings.json"));
  assert.deepEqual(Object.keys(records[0]), text("embeddings.csv").split("\r\n")[0]!.split(","));
  assert.deepEqual([records.length, records[0]["cosine to first"]], [2, 1]);
  assert.match(readFileSync(join(cwd, "out", "vectors.npy"), "latin1"), /^\x93NUMPY.*'shape': \(2, \d+\)/);
  assert.match(text("cosines.svg"), /^<svg .*Eight seeds of one caption/s);
  const { width, height } = await sharp(join(cwd, "out", "cosines.png")).metadata();
  assert.deepEqual([width, height], [1760, 1120]);
});

test("the same content is written over, another gets numbers, and without metadata nothing says how it was made", async (context) => {
  const { cwd, again, text } = await run(context);
  const before = names.map((name) => [name, text(name)]);
  await again();
  assert.deepEqual(listing(join(cwd, "out")), names);
  assert.deepEqual(
    names.map((name) => [name, text(name)]),
    before,
    "equal runs write equal files",
  );
  await again("--set", "seed=8");
  const numbered = listing(join(cwd, "out")).filter((name) => !names.includes(name));
  assert.deepEqual(numbered, [
    ...["cosines.2.clipwork.json", "cosines.2.csv", "cosines.2.png", "cosines.2.svg"],
    ...["embeddings.2.clipwork.json", "embeddings.2.csv", "embeddings.2.json", "vectors.2.clipwork.json"],
    "vectors.2.npy",
  ]);
  assert.deepEqual(
    before.filter(([name]) => !/^(caption|reading)/.test(name!)).map(([name]) => [name, text(name!)]),
    before.filter(([name]) => !/^(caption|reading)/.test(name!)),
    "what was there stays",
  );
  await again("--no-metadata", "--out", "bare");
  const bare = names.filter((name) => !name.endsWith(".clipwork.json"));
  assert.deepEqual(listing(join(cwd, "bare")), bare);
  assert.equal(readPngRun(readFileSync(join(cwd, "bare", "cosines.png"))), undefined);
});

test("any file of an output is run, compared and replayed by its record, wherever that lies", async (context) => {
  const { cwd, again, text } = await run(context);
  await again("--set", "seed=8");
  const ask = (...args: string[]) => clipwork(args, { cwd });
  for (const name of ["embeddings.csv", "cosines.png", "caption.clipwork.json"]) {
    const rerun = await ask("run", join("out", name), "--json", "--out", "again");
    assert.deepEqual([rerun.code, rerun.last().executed], [0, 0], `${name}: ${rerun.stderr}`);
  }
  for (const name of names)
    if (!name.endsWith(".clipwork.json"))
      assert.equal(readFileSync(join(cwd, "again", name), "utf8"), text(name), name);
  const equal = await ask("diff", "out/embeddings.csv", "out/embeddings.json");
  assert.equal(equal.stdout, "The workflows compute the same.\nvalues of 5 nodes are equal\nThe files are equal.\n");
  const other = await ask("diff", "out/vectors.npy", "out/vectors.2.npy", "--json");
  assert.deepEqual(other.last().changes, [{ change: "parameter", node: "seeds", name: "first", before: 7, now: 8 }]);
  assert.equal(other.last().values.files, "different");
  for (const name of ["embeddings.json", "cosines.png"]) {
    const replayed = await ask("replay", join("out", name), "--json");
    assert.deepEqual([replayed.code, replayed.last().outcome], [0, "equal"], `${name}: ${replayed.stdout}`);
  }
  const words = await ask("replay", "out/caption.txt");
  assert.match(words.stdout, /^equal: out\/caption\.txt comes out with the same bytes\.\n$/);
});

test("a file that was changed, or whose workflow makes another one, is named", async (context) => {
  const { cwd, text } = await run(context);
  const ask = (...args: string[]) => clipwork(args, { cwd });
  writeFileSync(join(cwd, "out", "caption.txt"), "blue cube");
  const changed = await ask("replay", "out/caption.txt", "--json");
  assert.deepEqual([changed.code, changed.last().problems[0].code], [2, "changed-file"]);
  assert.match(changed.last().problems[0].message, /caption\.txt was changed after it was made: its bytes/);
  const record = JSON.parse(text("vectors.clipwork.json"));
  record.workflow.nodes.seeds.params.first = 9;
  writeFileSync(join(cwd, "out", "vectors.clipwork.json"), JSON.stringify(record));
  const different = await ask("replay", "out/vectors.npy");
  assert.equal(different.code, 1);
  assert.match(different.stdout, /^different: out\/vectors\.npy comes out different, first at the node "seeds"/);
  writeFileSync(join(cwd, "out", "embeddings.clipwork.json"), "{");
  const damaged = await ask("run", "out/embeddings.csv", "--json");
  assert.deepEqual([damaged.code, damaged.last().problems[0].code], [2, "damaged-record"]);
  assert.match(damaged.last().problems[0].message, /embeddings\.clipwork\.json cannot be read/);
  rmSync(join(cwd, "out", "reading.clipwork.json"));
  const lost = await ask("run", "out/reading.json", "--json");
  assert.deepEqual([lost.code, lost.last().problems[0].code], [2, "wrong-format"]);
  writeFileSync(join(cwd, "out", "flow.json"), JSON.stringify(measured()));
  cpSync(join(cwd, "out", "caption.clipwork.json"), join(cwd, "out", "flow.clipwork.json"));
  assert.equal(
    (await ask("replay", "out/flow.json", "--json")).last().problems[0].code,
    "no-record",
    "a workflow is itself",
  );
});

test("a kind of a node pack's own is checked, and saved as the pack says", async (context) => {
  const palette = join(fixturePacks, "node-pack-palette");
  const workflow = JSON.parse(readFileSync(join(palette, "workflow.json"), "utf8"));
  for (const id of ["encode", "prior", "decode"])
    workflow.nodes[id].params = { pack: "random-pack", ...(id === "encode" ? {} : { steps: 3 }) };
  const cwd = folderWith(context, workflow);
  const pack = join(cwd, "palette");
  cpSync(palette, pack, { recursive: true });
  const options = { cwd, environment: { CLIPWORK_NODES: pack } };
  const outcome = await clipwork(["run", "workflow.json"], options);
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.equal(outcome.stdout, "out/palette.gpl\nout/palette.clipwork.json\n");
  const saved = readFileSync(join(cwd, "out", "palette.gpl"), "utf8");
  assert.match(saved, /^GIMP Palette\nName: Clipwork\n#\n(( *\d+ +\d+ +\d+)\t#[0-9a-f]{6}\n)+$/);
  const record = JSON.parse(readFileSync(join(cwd, "out", "palette.clipwork.json"), "utf8"));
  assert.equal(record.kind, "palette");
  assert.match(record.nodePacks[0], /^clipwork-nodes-palette@1\.0\.0 sha256:/);
  const replayed = await clipwork(["replay", "out/palette.gpl"], options);
  assert.match(replayed.stdout, /^equal: out\/palette\.gpl comes out with the same bytes\.\n$/);

  const index = join(pack, "index.js");
  const right = readFileSync(index, "utf8");
  writeFileSync(index, right.replace("ink: inkOf(cell)", 'ink: "red"'));
  const wrong = await clipwork(["run", "workflow.json", "--out", "wrong"], options);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /error: read: .* its output "palette" is not a palette: it needs colours/);
  writeFileSync(index, right);
  const kind = join(pack, "palette.js");
  writeFileSync(kind, readFileSync(kind, "utf8").replace('ending: ".gpl"', 'ending: "/../../gpl"'));
  const outside = await clipwork(["run", "workflow.json", "--out", "outside"], options);
  assert.equal(outside.code, 1);
  assert.match(
    outside.stderr,
    /error: save: Its files cannot be written: the kind "palette" made a file with the ending/,
  );
  assert.ok(!existsSync(join(cwd, "outside")));
});
