import assert from "node:assert/strict";
import { stripTypeScriptTypes } from "node:module";
import { test } from "node:test";
import type { ExposedParam, WorkflowJson } from "@clipwork/engine";
import { p } from "@clipwork/engine";
import { writeModule } from "./write-module.ts";

const workflow = { format: "clipwork/1", nodes: {}, meta: { title: '"\u2028`*/' } } as unknown as WorkflowJson;
const exposed = (name: string, param: object, value: ExposedParam["value"]) => ({ name, param, value }) as ExposedParam;

test("parameters have their types, ranges and defaults; a file that has to be chosen is needed", () => {
  const text = writeModule({
    ...{ name: "paint", title: "Paint", workflow },
    exposed: [
      exposed("steps", p.integer("Steps.", { default: null, min: 1, max: 50 }), null),
      exposed("method", p.choice("Which.", ["a", 'b"'], "a"), "a"),
      exposed("mask", p.file("The mask."), ""),
      exposed("flag", p.boolean("Whether.", true), true),
    ],
    outputs: [{ node: "save", reading: "picture", name: "red" }],
  });
  assert.match(
    text,
    /Steps\.\n {3}\* A whole number from 1 to 50\.\n {3}\* @defaultValue the pack's own\n.*\n {2}readonly steps\?: number;/,
  );
  assert.match(text, /readonly method\?: "a" \| "b\\"";/);
  assert.match(text, /readonly mask: string;/);
  assert.match(text, /readonly flag\?: boolean;/);
  assert.match(text, /parameters: PaintParameters,\n/);
  assert.match(text, /export type PaintParameters = /);
});

test("no text of a workflow ends a comment, and no name is special", () => {
  const odd = "*/ evil(); /*\n\u2028 // \u0000";
  const text = writeModule({
    ...{ name: "odd", title: odd, workflow },
    exposed: [exposed("__proto__", p.text(odd), odd), exposed('a"b', p.text(odd), "")],
    outputs: [{ node: "__proto__", reading: "text", name: odd }],
  });
  // Outside of comments and texts nothing of it is left.
  const code = stripTypeScriptTypes(text).replaceAll(/\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"/g, "");
  assert.doesNotMatch(code, /evil|\u2028/);
  assert.match(text, /readonly \["__proto__"\]\?: string;/);
  assert.match(text, /parameters: OddParameters = \{\},/);
  assert.ok(text.includes(JSON.stringify(JSON.stringify(workflow))));
});
