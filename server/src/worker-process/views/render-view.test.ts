import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { defineKind, type Kind, type Value, type View } from "@clipwork/engine";
import { file, image, imageEmbedding, json, map, plot, table } from "@clipwork/nodes";
import sharp from "sharp";
import { artifactFiles } from "../../artifacts/artifact-files.ts";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { encodeWebp, renderView } from "./render-view.ts";

const kindWith = (view: () => View): Kind => defineKind<Value>({ kind: "film", check: () => undefined, view });

function viewer(context: TestContext, source: Value | undefined = undefined) {
  const artifacts = artifactFiles(temporaryFolder(context));
  return {
    render: (value: unknown, kind: Kind) =>
      renderView(value as Value, kind, { artifacts, context: { source: async () => source } }),
    read: (hash: string) => readFileSync(artifacts.place(hash)),
  };
}

test("a picture is shown as WebP of at most 512 pixels a side, and has its own size beside it", async (context) => {
  const { render, read } = viewer(context);
  const value = { width: 1024, height: 16, data: new Float32Array(3 * 1024 * 16) };
  const { view, bytes } = await render(value, image as Kind);
  assert.ok(view.kind === "picture");
  assert.deepEqual([view.width, view.height], [1024, 16]);
  assert.deepEqual(read(view.picture), bytes);
  const { format, width, height } = await sharp(bytes).metadata();
  assert.deepEqual([format, width, height], ["webp", 512, 8]);
});

test("an embedding is shown beside its caption, pooled to 128 bars", async (context) => {
  const embedding = Float32Array.from({ length: 256 }, (_, i) => i % 2);
  const { render } = viewer(context, { embedding });
  const { view } = await render({ embedding }, imageEmbedding as Kind);
  const bars = Array<number>(128).fill(0.5);
  assert.deepEqual(view, { kind: "embedding", size: 256, bars, norm: 11.31, cosine: 1 });
});

test("a table comes with its first rows, and whole as an artifact", async (context) => {
  const { render, read } = viewer(context);
  const columns = [
    { name: "n", type: "integer", values: Array.from({ length: 1000 }, (_, i) => i) },
    { name: "name", type: "text", values: Array.from({ length: 1000 }, (_, i) => (i === 1 ? null : `row ${i}`)) },
  ];
  const { view } = await render({ columns }, table as Kind);
  assert.ok(view.kind === "table");
  assert.equal(view.rows, 1000);
  assert.deepEqual(view.columns, [
    { name: "n", type: "integer" },
    { name: "name", type: "text" },
  ]);
  assert.equal(view.head.length, 8);
  assert.deepEqual(view.head.slice(0, 2), [
    [0, "row 0"],
    [1, null],
  ]);
  assert.deepEqual(JSON.parse(String(read(view.table))), { columns });
});

test("a plot's chart and a file's bytes are artifacts", async (context) => {
  const { render, read } = viewer(context);
  const drawn = await render(
    { plot: "bar", title: "T", xLabel: "", yLabel: "", categories: ["a"], series: [{ name: "s", values: [1] }] },
    plot as Kind,
  );
  assert.ok(drawn.view.kind === "plot" && drawn.view.title === "T");
  assert.equal(JSON.parse(String(read(drawn.view.chart))).series[0].type, "bar");
  const bytes = new Uint8Array([1, 2, 3]);
  const { view } = await render({ media: "application/zip", ending: ".zip", bytes }, file as Kind);
  assert.ok(view.kind === "file");
  assert.deepEqual([view.media, view.ending, view.bytes], ["application/zip", ".zip", 3]);
  assert.deepEqual(new Uint8Array(read(view.file)), bytes);
});

test("a map's points and labels are an artifact, its pictures another one, as the value has them", async (context) => {
  const { render, read } = viewer(context);
  const points = Float32Array.of(0.1, -2, 3, 4);
  const webp = new Uint8Array(
    await sharp({ create: { width: 16, height: 8, channels: 3, background: "red" } })
      .webp()
      .toBuffer(),
  );
  const plain = { method: "umap", points, embeddings: new Float32Array(6), labels: ["a <b>", "b"] };
  const { view } = await render({ ...plain, sheet: { side: 8, columns: 2, webp } }, map as Kind);
  assert.ok(view.kind === "map");
  assert.deepEqual([view.count, view.axes], [2, ["UMAP, first", "UMAP, second"]]);
  assert.deepEqual(JSON.parse(String(read(view.map))), { points: [0.1, -2, 3, 4], labels: ["a <b>", "b"] });
  assert.deepEqual([view.sheet!.side, view.sheet!.columns], [8, 2]);
  assert.deepEqual(new Uint8Array(read(view.sheet!.picture)), webp);
  const dots = await render(plain, map as Kind);
  assert.ok(dots.view.kind === "map" && dots.view.sheet === undefined);
});

test("text is shortened, tokens come with how much was cut, and data is JSON", async (context) => {
  const { render } = viewer(context);
  const long = await render(
    "",
    kindWith(() => ({ kind: "text", text: "a".repeat(5000) })),
  );
  assert.ok(long.view.kind === "text" && long.view.text.length === 4000 && long.view.text.endsWith("…"));
  const cut = await render(
    "",
    kindWith(() => ({ kind: "text", text: "a b", tokens: ["a", "b"], cut: "c d" })),
  );
  assert.deepEqual(cut.view, { kind: "text", text: "a b", tokens: ["a", "b"], cut: 3 });
  assert.deepEqual((await render({ a: [1, null] }, json as Kind)).view, { kind: "data", text: '{"a":[1,null]}' });
  const tensors = await render(
    "",
    kindWith(() => ({ kind: "data", data: { x: new Float32Array(2) } })),
  );
  assert.deepEqual(tensors.view, { kind: "data", text: '{"x":"Float32Array of 8 bytes"}' });
});

test("a value goes by its kind and never by its fields; one that is no such value, or cannot be shown, says so", async (context) => {
  const { render } = viewer(context);
  const looksLikeImage = { width: 1, height: 1, data: new Float32Array(3) };
  assert.equal(
    (
      await render(
        looksLikeImage,
        kindWith(() => ({ kind: "text", text: "film" })),
      )
    ).view.kind,
    "text",
  );
  assert.deepEqual((await render({ width: 1 }, image as Kind)).view, {
    kind: "data",
    text: "It is not an image: it has no float32 data.",
  });
  const failing = kindWith(() => {
    throw new Error("no projector");
  });
  assert.deepEqual((await render("", failing)).view, {
    kind: "data",
    text: "The kind film failed to show it: no projector",
  });
});

test("a view that is none, or is not whole, is shown as a sentence; an artifact that cannot be stored is an error", async (context) => {
  const { render } = viewer(context);
  const broken: unknown[] = [
    null,
    { kind: "toString" },
    { kind: "picture", width: 10, height: 10, rgb: new Uint8Array(5) },
    { kind: "table", columns: null },
    { kind: "embedding", numbers: null },
    { kind: "map", axes: null, points: null },
  ];
  for (const view of broken) {
    const shown = await render(
      1,
      kindWith(() => view as View),
    );
    assert.ok(shown.view.kind === "data", JSON.stringify(view));
    assert.match(shown.view.text, /^The kind film failed to show it: ./);
  }
  const refuse = (thrown: unknown) => () => {
    throw thrown;
  };
  const { view } = await render(1, kindWith(refuse(null)));
  assert.deepEqual(view, { kind: "data", text: "The kind film failed to show it: null" });
  const unsure = defineKind<Value>({
    kind: "film",
    check: refuse(new Error("no")),
    view: () => ({ kind: "data", data: 1 }),
  });
  assert.deepEqual((await render(1, unsure)).view, { kind: "data", text: "The kind film failed to show it: no" });
  const full = new Error("disk is full");
  const parts = { artifacts: { put: () => Promise.reject(full) }, context: { source: async () => undefined } };
  const film = kindWith(() => ({ kind: "file", media: "text/plain", ending: ".txt", bytes: new Uint8Array(1) }));
  await assert.rejects(renderView(1, film, parts), full);
});

test("it says whether the value alone decides how it looks", async (context) => {
  const embedding = Float32Array.from({ length: 4 }, (_, i) => i);
  const { render } = viewer(context, { embedding });
  const alone = async (value: unknown, kind: Kind) => (await render(value, kind)).alone;
  const text = kindWith(() => ({ kind: "text", text: "a" }));
  assert.equal(await alone("", text), true);
  assert.equal(await alone({ a: 1 }, json as Kind), true);
  assert.equal(await alone({ embedding }, imageEmbedding as Kind), false, "what it was made from is shown beside it");
  const picture = { width: 1, height: 1, data: new Float32Array(3) };
  assert.equal(await alone(picture, image as Kind), true);
  const { view, bytes, artifacts } = await render(picture, image as Kind);
  assert.deepEqual(artifacts, [bytes], "whoever shows it again keeps them again");
  assert.ok(view.kind === "picture");
  assert.equal(
    await alone(
      "",
      kindWith(() => ({ kind: "nothing" }) as never),
    ),
    false,
    "a failure may be of the moment",
  );
});

test("a small picture whose sides are no whole numbers is refused, not written", async () => {
  await assert.rejects(encodeWebp({ width: 10, height: 1.5, channels: 3, data: new Uint8Array(45) }, 512));
});
