// The page that describes the format says what the program reads.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inputNames } from "../stages/inputs.ts";
import { partsOf } from "../stages/parts.ts";
import { roleNames } from "../stages/roles.ts";
import { readManifest } from "./read-manifest.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/pack-format.md"), "utf8");

/** The examples, without their comments. */
const examples = [...page.matchAll(/^```jsonc\n(.*?)^```$/gms)].map(([, text]) =>
  JSON.parse(text!.replace(/ *\/\/ .*$/gm, "")),
);

/** The first cells of the rows of the table behind a heading. */
function firstCells(heading: string): string[] {
  const [table] = page.slice(page.indexOf(`\n${heading}\n`)).match(/(?:^\|.*\n)+/m)!;
  return [...table.matchAll(/^\| `([a-z_-]+)` /gm)].map(([, name]) => name!);
}

test("both examples are manifests that are read", () => {
  assert.deepEqual(
    examples.map(({ format }) => format),
    ["clipwork-pack/2", "clipwork-pack/1"],
  );
  const [now, old] = examples.map(readManifest);
  assert.deepEqual([...partsOf(now!).keys()], ["clip-text", "prior", "decoder-condition", "decoder", "upsampler-256"]);
  const parts = ["clip-text", "clip-image", "prior", "decoder-condition", "decoder", "upsampler-256"];
  assert.deepEqual([...partsOf(old!).keys()], parts);
});

test("the tables list every role and every input", () => {
  assert.deepEqual([...new Set(firstCells("## Stages"))].sort(), [...roleNames].sort());
  assert.deepEqual(firstCells("### Inputs"), [...inputNames]);
});
