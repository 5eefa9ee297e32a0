import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createCatalogue, p } from "@clipwork/engine";
import { catalogue } from "../index.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { nodeReference } from "./reference.ts";

test("docs/nodes.md is what the declarations say", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "nodes.md"), "utf8");
  assert.equal(
    page,
    `${nodeReference(catalogue)}\n`,
    "Make it anew: npm --silent start -- nodes --markdown > docs/nodes.md",
  );
});

test("the reference lists every port and parameter, and is safe as Markdown", () => {
  const node = defineNode({
    type: "test.node",
    version: 2,
    title: "Test",
    summary: "Takes a|b and <i>.",
    inputs: { text: t.text("A caption.") },
    outputs: { number: t.number("A number.") },
    params: { file: p.file("A file."), count: p.integer("How many.", { default: null, min: 1, max: 9 }) },
    run: () => ({ number: 1 }),
  });
  const page = nodeReference(createCatalogue([node]));
  assert.match(page, /## test\.node\n\n\*\*Test\*\*, version 2\. Takes a\\\|b and \\<i\\>\./);
  assert.match(page, /\| `text` +\| text +\| A caption\. +\|/);
  assert.match(page, /\| `number` +\| number +\| A number\. +\|/);
  assert.match(page, /\| `file` +\| file, not linkable +\| empty +\| A file\. +\|/);
  assert.match(page, /\| `count` +\| integer, 1 to 9 +\| empty +\| How many\. +\|/);
  assert.ok(
    page.includes(
      '    "version": 2,\n    "inputs": { "text": "node.output" },\n    "params": { "file": "picture.png" }\n',
    ),
  );
  assert.match(page, /\[`test\.node`\]\(#testnode\)/);
});

test("no example is linked to what a pack gives by itself if anything else fits", () => {
  const page = nodeReference(catalogue);
  assert.ok(page.includes('"image": "encode-image.embedding"'), "the decoder's example");
  assert.ok(!page.includes('"none.embedding"'));
});
