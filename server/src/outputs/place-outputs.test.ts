import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Plan } from "@clipwork/engine";
import { node, planOf, testEnvironment, workflow } from "@clipwork/engine/testing";
import sharp from "sharp";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { paint, save } from "../test-nodes.fixture.ts";
import type { OutputFiles } from "../worker/worker-protocol.ts";
import { hashPixels } from "./pixels.ts";
import { OutputPlacer } from "./place-outputs.ts";

/** A plan that saves one picture under each of the names, in their order. */
function planSaving(names: readonly string[]): Plan<object> {
  const nodes: { [id: string]: object } = { paint: node("test.paint") };
  names.forEach((name, i) => {
    nodes[`save${i}`] = node("output.save", { name }, { value: "paint.image" });
  });
  return planOf(workflow(nodes), testEnvironment([paint, save]));
}

async function pictureOf(node: string, name: string, grey: number, more: object = {}): Promise<OutputFiles> {
  const data = new Uint8Array([grey, grey, grey]);
  const bytes = await sharp(data, { raw: { width: 1, height: 1, channels: 3 } })
    .png()
    .toBuffer();
  const file = { ending: ".png", media: "image/png", bytes, content: hashPixels(data), picture: true } as const;
  return { node, port: "image", item: 0, items: 1, name, kind: "image", files: [file], ...more };
}

function placing(context: TestContext, names: readonly string[], folder = join(temporaryFolder(context), "out")) {
  return { folder, placer: new OutputPlacer(planSaving(names), folder) };
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setImmediate(resolve));
}

test("a picture is placed when it comes, without waiting for others or for the end", async (context) => {
  const { folder, placer } = placing(context, ["a", "b"]);
  placer.add(await pictureOf("save1", "b", 2));
  await until(() => existsSync(join(folder, "b.png")));
  const { placed, failures } = await placer.finish();
  assert.deepEqual([placed.map(({ file }) => basename(file)), failures], [["b.png"], []]);
});

test("of nodes that share a name the first has it, whichever is done first, and files are listed in the plan's order", async (context) => {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
  ]) {
    const { folder, placer } = placing(context, ["same", "Same", "same"]);
    for (const i of order) placer.add(await pictureOf(`save${i}`, i === 1 ? "Same" : "same", i));
    const { placed } = await placer.finish();
    assert.deepEqual(
      placed.map(({ node }) => node),
      ["save0", "save1", "save2"],
    );
    assert.equal(basename(placed[0]!.file), "same.png");
    const pixels = await Promise.all(placed.map(async ({ file }) => hashPixels(await sharp(file).raw().toBuffer())));
    assert.deepEqual(
      pixels,
      placed.map(({ pixels }) => pixels),
    );
    assert.equal(readdirSync(folder).length, 3);
  }
});

test("items of a node have their numbers, also where only one of them is there", async (context) => {
  const { placer } = placing(context, ["a"]);
  placer.add(await pictureOf("save0", "a", 1, { item: 2, items: 3 }));
  placer.add(await pictureOf("save0", "a", 1, { item: 0, items: 3 }));
  const { placed } = await placer.finish();
  assert.deepEqual(
    placed.map(({ item, file }) => [item, basename(file)]),
    [
      [0, "a-0.png"],
      [2, "a-2.png"],
    ],
  );
});

test("a file of the same pixels is replaced, another one stays", async (context) => {
  const folder = temporaryFolder(context);
  const run = async (grey: number, text: string) => {
    const { placer } = placing(context, ["a"], folder);
    const made = await pictureOf("save0", "a", grey);
    const [file] = made.files;
    const bytes = await sharp(file!.bytes)
      .withExif({ IFD0: { Copyright: text } })
      .png()
      .toBuffer();
    placer.add({ ...made, files: [{ ...file!, bytes }] });
    return (await placer.finish()).placed.map(({ file }) => basename(file));
  };
  writeFileSync(join(folder, "a.2.png"), "no picture");
  assert.deepEqual(await run(1, "first"), ["a.png"]);
  assert.deepEqual(await run(1, "second"), ["a.png"]);
  assert.match(readFileSync(join(folder, "a.png"), "latin1"), /second/);
  assert.deepEqual(await run(2, "third"), ["a.3.png"]);
  assert.equal(readFileSync(join(folder, "a.2.png"), "utf8"), "no picture");
});

test("a picture that cannot be written is a failure with the reason, and the others are written", async (context) => {
  const folder = temporaryFolder(context);
  const long = "x".repeat(300);
  const { placer } = placing(context, ["a", "b"], folder);
  placer.add(await pictureOf("save0", long, 1));
  placer.add(await pictureOf("save1", "b", 2));
  const { placed, failures } = await placer.finish();
  assert.deepEqual(
    placed.map(({ file }) => basename(file)),
    ["b.png"],
  );
  assert.equal(failures.length, 1);
  assert.deepEqual([failures[0]!.node, failures[0]!.item], ["save0", 0]);
  assert.match(failures[0]!.message, /could not be written to .*: ENAMETOOLONG\./);
  assert.match(failures[0]!.remedy, /Make room/);
});

const bytesOf = (text: string) => Buffer.from(text);

/** A table as an output keeps it, with the record of its run. */
function tableOf(node: string, name: string, rows: string, run: object = {}): OutputFiles {
  const file = (ending: string, media: string, text: string) => ({
    ending,
    media,
    bytes: bytesOf(text),
    content: hash("sha256", text),
  });
  const record = JSON.stringify({ format: "clipwork-run/1", workflow: {}, ...run });
  const files = [
    file(".csv", "text/csv", rows),
    file(".json", "application/json", `"${rows}"`),
    { ...file(".clipwork.json", "application/json", record), record: true as const },
  ];
  return { node, port: "table", item: 0, items: 1, name, kind: "table", files };
}

test("all files of an output have one name, and none takes the place of another content", async (context) => {
  const folder = temporaryFolder(context);
  const run = async (rows: string, of: object = {}) => {
    const { placer } = placing(context, ["t"], folder);
    placer.add(tableOf("save0", "t", rows, of));
    const [placed] = (await placer.finish()).placed;
    assert.equal(placed!.file, placed!.files[0]);
    assert.ok(!("pixels" in placed!));
    return placed!.files.map((file) => basename(file));
  };
  assert.deepEqual(await run("1"), ["t.csv", "t.json", "t.clipwork.json"]);
  assert.deepEqual(await run("1", { seed: 2 }), ["t.csv", "t.json", "t.clipwork.json"], "the same rows");
  assert.equal(JSON.parse(readFileSync(join(folder, "t.clipwork.json"), "utf8")).seed, 2);
  assert.deepEqual(await run("2"), ["t.2.csv", "t.2.json", "t.2.clipwork.json"]);
  assert.equal(readFileSync(join(folder, "t.csv"), "utf8"), "1");
  writeFileSync(join(folder, "t.3.clipwork.json"), "notes of mine");
  assert.deepEqual(await run("3"), ["t.4.csv", "t.4.json", "t.4.clipwork.json"]);
  assert.equal(readFileSync(join(folder, "t.3.clipwork.json"), "utf8"), "notes of mine");
});

test("two outputs of one run that share a name keep their files apart, also where they end differently", async (context) => {
  const { folder, placer } = placing(context, ["same", "same"]);
  placer.add(tableOf("save0", "same", "1"));
  const { files, ...more } = tableOf("save1", "same", "1");
  placer.add({ ...more, files: [{ ...files[0]!, ending: ".npy" }, files[2]!] });
  await placer.finish();
  assert.deepEqual(readdirSync(folder).sort(), [
    "same.2.clipwork.json",
    "same.2.npy",
    "same.clipwork.json",
    "same.csv",
    "same.json",
  ]);
});
