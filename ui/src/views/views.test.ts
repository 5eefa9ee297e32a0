import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "@clipwork/server/wire";
import { tableOutput } from "../testing/outputs.ts";
import { attributes, html, plant, textOf } from "../testing/render.ts";
import { startEditor } from "../testing/start-editor.ts";

// A new view: one file, and one line in the list.
await plant(
  "views/sound.tsx",
  `import { defineView } from "./view-kind.ts";
  export const sound = defineView({ kind: "sound", Icon: () => null, Show: ({ view }) => <audio src={view.address} /> });`,
);
await plant("views/index.ts", (now) =>
  now
    .replace("import { text }", 'import { sound } from "./sound.tsx";\nimport { text }')
    .replace("text, table", "text, sound, table"),
);
const { views } = await import("./index.ts");
const { CloseView, pictureOf, ShowView } = await import("./show-view.tsx");
const { SortedTable } = await import("./whole-table.tsx");

const { editor } = await startEditor();
const show = (view: unknown) =>
  html(editor, ShowView, { view: view as View, alt: "of paint", name: "paint", node: "paint" });
const closely = (view: unknown) =>
  html(editor, CloseView, { view: view as View, alt: "of paint", name: "paint", node: "paint" });

const picture = { kind: "picture", picture: "ab", width: 8, height: 8 } as const;
const embedding = { kind: "embedding", size: 512, bars: [0.5, -1], norm: 12.345, cosine: 0.7264 } as const;

test("every view has a kind of its own", () => {
  const kinds = views.map(({ kind }) => kind);
  assert.equal(new Set(kinds).size, kinds.length);
});

test("a new view is one file and one line", () => {
  assert.equal(show({ kind: "sound", address: "/x.wav" }), '<audio src="/x.wav"></audio>');
});

test("a kind that this page does not know is said to be so", () => {
  assert.match(textOf(show({ kind: "smell" })), /cannot show values of the kind smell/);
  assert.match(textOf(closely({ kind: "smell" })), /cannot show values of the kind smell/);
  assert.equal(pictureOf({ kind: "smell" } as never), undefined);
});

test("a picture is shown from the server's artifacts, and is the one kind that is zoomed into", () => {
  const drawn = show(picture);
  assert.deepEqual([attributes(drawn, "src"), attributes(drawn, "alt")], [["/api/v1/artifacts/ab"], ["of paint"]]);
  assert.equal(pictureOf(picture), "ab");
  assert.equal(pictureOf(embedding), undefined);
  assert.equal(closely(picture), show(picture));
});

test("an embedding is shown as bars with its norm and cosine; closely, with its numbers", () => {
  assert.equal(textOf(show(embedding)), "norm 12.35 cos 0.726 512 numbers");
  assert.match(show(embedding), /viewBox="0 0 2 40"/);
  const { cosine: _, ...alone } = embedding;
  assert.equal(textOf(show(alone)), "norm 12.35 512 numbers");
  assert.equal(textOf(closely(embedding)), "norm 12.35 cos 0.726 512 numbers 0.500 -1.000");
});

test("text is shown in the model's tokens, with how much did not fit; as text, never as markup", () => {
  assert.equal(textOf(show({ kind: "text", text: "a cube", tokens: ["a", "cu", "be"], cut: 3 })), "a cu be 3 cut");
  assert.equal(show({ kind: "text", text: "<img src=x>" }), '<p class="preview-text">&lt;img src=x&gt;</p>');
  assert.equal(textOf(show({ kind: "data", text: "{ 1 }" })), "{ 1 }");
});

test("a table is shown by its first rows, numbers to six digits, with how many more there are", () => {
  const { view } = tableOutput();
  assert.equal(textOf(show(view)), "seed norm 7 0.123457 8 7 more rows");
  assert.deepEqual(attributes(show(view), "aria-label"), ["of paint: 9 rows"]);
  assert.deepEqual(attributes(show(view), "data-type"), ["integer", "number", "integer", "number"]);
  assert.doesNotMatch(textOf(show({ ...view, rows: 2 })), /more rows/);
});

test("a plot has its title for who cannot see it, or else what it is of", () => {
  assert.deepEqual(attributes(show({ kind: "plot", title: "Norms", chart: "ab" }), "aria-label"), ["Norms"]);
  assert.deepEqual(attributes(closely({ kind: "plot", title: "", chart: "ab" }), "aria-label"), ["of paint"]);
});

test("a file is shown by name, size and type, and is downloaded under its name", () => {
  const drawn = show({ kind: "file", media: "application/zip", ending: ".zip", bytes: 1536, file: "ab" });
  assert.equal(textOf(drawn), "paint .zip 1.5 KB , application/zip".replace(" .zip", ".zip").replace(" ,", ","));
  assert.deepEqual(attributes(drawn, "href"), ["/api/v1/artifacts/ab"]);
  assert.deepEqual(attributes(drawn, "download"), ["paint.zip"]);
});

test("data is indented where it is looked at closely; what is cut off is shown as it is", () => {
  assert.equal(
    closely({ kind: "data", text: '{"a":[1]}' }),
    '<pre class="data">{\n  &quot;a&quot;: [\n    1\n  ]\n}</pre>',
  );
  assert.equal(textOf(closely({ kind: "data", text: '{"a":…' })), "{&quot;a&quot;:…");
});

test("a table that is looked at shows a page of its rows, under heads that sort", () => {
  const { columns } = {
    columns: [{ name: "n", type: "integer", values: Array.from({ length: 450 }, (_, i) => i) }],
  } as const;
  const drawn = html(editor, SortedTable, { table: { columns }, alt: "of paint" });
  assert.equal(drawn.split("<tr>").length - 2, 200);
  assert.match(textOf(drawn), /Earlier Rows 1 to 200 of 450 Later Copy as CSV$/);
  assert.deepEqual(attributes(drawn, "aria-sort"), ["none"]);
  const short = html(editor, SortedTable, { table: { columns: [{ ...columns[0]!, values: [1] }] }, alt: "of paint" });
  assert.match(textOf(short), /^n 1 1 row Copy as CSV$/);
});
