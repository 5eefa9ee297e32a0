import assert from "node:assert/strict";
import { test } from "node:test";
import { type Param, p } from "@clipwork/engine";
import { painting } from "../testing/catalogue.ts";
import { attributes, html, textOf } from "../testing/render.ts";
import { startEditor } from "../testing/start-editor.ts";

const { Field } = await import("./field.tsx");
const { inputs } = await import("./index.ts");

const editor = (await startEditor()).editor;

function field(param: Param, value: unknown, more: object = {}): string {
  const props = {
    id: "f",
    name: "name",
    param,
    value,
    ends: [{ node: "n", port: "name" }],
    problem: undefined,
    own: false,
    onChange() {},
    ...more,
  };
  return html(editor, Field, props);
}

test("there is a control for every kind of parameter that a node can declare", () => {
  const kinds = Object.values(p).map((declare) => {
    const range = { default: 1, min: 0, max: 9 };
    const make = declare as (summary: string, second: unknown, third?: unknown) => Param;
    return make("A.", declare === p.choice ? ["a"] : declare === p.boolean ? true : range, "a").kind;
  });
  assert.deepEqual(Object.keys(inputs).sort(), [...new Set(kinds)].sort());
});

test("a field has its name, its control and what it does; a problem takes the place of that, and marks the control", () => {
  const plain = field(p.text("What to call it."), "x");
  assert.match(plain, /<label for="f" title="What to call it\.">name<\/label>/);
  assert.match(plain, /<p id="f-said" class="field-summary" aria-live="polite">What to call it\.<\/p>/);
  assert.match(plain, /aria-describedby="f-said" aria-invalid="false"/);
  const problem = { code: "x", severity: "error", message: "Too long.", remedy: "Shorten it." };
  const wrong = field(p.text("What to call it."), "x", { problem });
  assert.match(wrong, /class="field-problem" aria-live="polite">Too long\. Shorten it\.</);
  assert.match(wrong, /aria-invalid="true"/);
  assert.match(field(p.text(""), "x", { problem: { ...problem, severity: "warning" } }), /aria-invalid="false"/);
});

test("only a value of its own can be taken back to the default, and not while a link feeds it", () => {
  assert.match(field(p.seed(), 1, { own: true }), /back to the default/);
  assert.doesNotMatch(field(p.seed(), 1), /back to the default/);
  const fed = field(p.seed(), 1, { own: true, instead: "fed by a link" });
  assert.doesNotMatch(fed, /back to the default/);
  assert.match(textOf(fed), /fed by a link/);
  assert.doesNotMatch(fed, /inputMode/i);
});

test("a number has a slider and exact entry; one of a huge range only that", () => {
  const number = field(p.number("", { default: 4, min: 0, max: 8 }), 2);
  assert.match(number, /type="range"[^>]*value="250"/);
  assert.match(number, /id="f"[^>]*value="2"/);
  assert.doesNotMatch(field(p.integer("", { default: 0, min: 0, max: 1e6 }), 5), /type="range"/);
});

test("a number that is left to the pack is empty, and says that it is the default", () => {
  const steps = field(p.integer("", { default: null, min: 1, max: 100 }), null);
  assert.match(steps, /data-empty="true"/);
  assert.match(steps, /placeholder="default" value=""/);
});

test("a value of the wrong type is shown as it is", () => {
  assert.match(field(p.integer("", { default: 1, min: 0, max: 9 }), "many"), /value="many"/);
  assert.match(field(p.text(""), [1]), /value="\[1\]"/);
  assert.match(field(p.boolean("", true), "yes"), /aria-checked="false"/);
});

test("a few choices stand side by side, many in a list, and a value that is none of them is shown", () => {
  const few = field(p.choice("", ["matt", "gloss"], "matt"), "gloss");
  assert.deepEqual(attributes(few, "type"), ["radio", "radio"]);
  assert.match(few, /id="f" type="radio" name="f" checked=""\/><span>gloss/);
  const many = field(p.choice("", ["a", "b", "c", "d"], "a"), "c");
  assert.match(many, /<option selected="">c<\/option>/);
  assert.match(field(p.choice("", ["matt", "gloss"], "matt"), "rough"), /<option selected="">rough<\/option>/);
});

test("the model packs of the server are offered; an unusable one cannot be chosen, a missing one stays", () => {
  const packs = field(p.pack(), "toybox");
  assert.match(packs, /<option value="toybox" selected="">Toybox<\/option>/);
  assert.match(packs, /<option value="broken" disabled="">broken \(unusable\)<\/option>/);
  assert.match(field(p.pack(), "karlo"), /<option value="karlo" selected="">karlo \(missing\)<\/option>/);
});

test("a file field shows the picture that it has, and none for a path", () => {
  const hash = "a".repeat(64);
  assert.deepEqual(attributes(field(p.file(""), `asset:${hash}`), "src"), [`/api/v1/artifacts/${hash}`]);
  assert.match(textOf(field(p.file(""), "/etc/passwd")), /Drop, paste or choose a picture/);
  const array = field(p.file("", { array: true }), `asset:${hash}`);
  assert.deepEqual(attributes(array, "src"), [], "an array is no picture");
  assert.match(textOf(array), /Drop, paste or choose another array/);
  assert.deepEqual(attributes(array, "accept"), [".npy"]);
});

test("a caption marks the words that the document's model pack does not know, and suggests nothing while nobody types", () => {
  const caption = p.text("", { multiline: true });
  editor.tabs.open({ ...painting, nodes: { encode: { type: "clip.encode-text", version: 1 } }, exposed: {} });
  const drawn = field(caption, "a red zebra and a co");
  assert.match(drawn, /<mark>zebra<\/mark>/);
  assert.match(textOf(drawn), /The model does not know: zebra, and, co/);
  assert.doesNotMatch(drawn, /class="chip"/);
  editor.tabs.open(painting);
  assert.doesNotMatch(field(caption, "a red zebra"), /<mark>/, "no pack, no words to miss");
});
