import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "@clipwork/server/wire";
import { attributes, html, plant, textOf } from "../testing/render.ts";
import { startEditor } from "../testing/start-editor.ts";

// A new view: one file, and one line in the list.
await plant(
  "views/sound.tsx",
  `import { defineView } from "./view-kind.ts";
  export const sound = defineView({ kind: "sound", Show: ({ view }) => <audio src={view.address} /> });`,
);
await plant("views/index.ts", (now) =>
  now
    .replace("import { text }", 'import { sound } from "./sound.tsx";\nimport { text }')
    .replace("text, data", "text, sound, data"),
);
const { views } = await import("./index.ts");
const { CloseView, pictureOf, ShowView } = await import("./show-view.tsx");

const { editor } = await startEditor();
const show = (view: unknown) => html(editor, ShowView, { view: view as View, alt: "of paint" });
const closely = (view: unknown) => html(editor, CloseView, { view: view as View, alt: "of paint" });

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
  assert.equal(closely({ kind: "smell" }), "");
  assert.equal(pictureOf({ kind: "smell" } as never), undefined);
});

test("a picture is shown from the server's artifacts, and is the one kind that is zoomed into", () => {
  const drawn = show(picture);
  assert.deepEqual([attributes(drawn, "src"), attributes(drawn, "alt")], [["/api/v1/artifacts/ab"], ["of paint"]]);
  assert.equal(pictureOf(picture), "ab");
  assert.equal(pictureOf(embedding), undefined);
  assert.equal(closely(picture), "");
});

test("an embedding is shown as bars with its norm and cosine; closely, with its numbers", () => {
  assert.equal(textOf(show(embedding)), "512 numbers norm 12.35 cos 0.726");
  assert.match(show(embedding), /viewBox="0 0 2 40"/);
  const { cosine: _, ...alone } = embedding;
  assert.equal(textOf(show(alone)), "512 numbers norm 12.35");
  assert.equal(textOf(closely(embedding)), "0.500 -1.000");
});

test("text is shown in the model's tokens, with how much did not fit; as text, never as markup", () => {
  assert.equal(textOf(show({ kind: "text", text: "a cube", tokens: ["a", "cu", "be"], cut: 3 })), "a cu be 3 cut");
  assert.equal(show({ kind: "text", text: "<img src=x>" }), '<p class="preview-text">&lt;img src=x&gt;</p>');
  assert.equal(textOf(show({ kind: "data", text: "{ 1 }" })), "{ 1 }");
});
