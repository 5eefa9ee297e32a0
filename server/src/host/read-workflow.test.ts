import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { insertText } from "./png.ts";
import { readWorkflow } from "./read-workflow.ts";

const workflow = { format: "clipwork/1", nodes: { caption: { type: "text.prompt", version: 1 } } };
const picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: "teal" } })
  .png()
  .toBuffer();

function fileOf(context: TestContext, bytes: string | Buffer): string {
  const path = join(temporaryFolder(context), "file");
  writeFileSync(path, bytes);
  return path;
}

/** A picture that carries that text where its run should be. */
const carrying = (text: string) => insertText(picture, "clipwork", text);

test("a workflow is read from JSON and from a picture, whatever the file is called", async (context) => {
  const carried = carrying(JSON.stringify({ format: "clipwork-run/1", workflow }));
  for (const bytes of [JSON.stringify(workflow), carried]) {
    const { document, problems } = await readWorkflow(fileOf(context, bytes));
    assert.deepEqual(problems, []);
    assert.deepEqual(document?.json, workflow);
  }
});

const damaged = carrying(JSON.stringify({ format: "clipwork-run/1", workflow }));
damaged[damaged.indexOf("clipwork") + 20]! ^= 1;

const wrong: readonly [string, string | Buffer, string, RegExp][] = [
  ["a picture without a run", picture, "no-workflow", /carries no workflow/],
  ["a picture with a damaged text", damaged, "damaged-picture", /checksum/],
  ["a picture whose text is no JSON", carrying("{"), "damaged-picture", /not JSON/],
  ["a picture of a newer format", carrying('{"format":"clipwork-run/2"}'), "damaged-picture", /"clipwork-run\/2"/],
  ["a picture whose text is null", carrying("null"), "damaged-picture", /format is missing/],
  ["a picture whose workflow is none", carrying('{"format":"clipwork-run/1","workflow":7}'), "not-a-workflow", /7/],
  ["a binary file", Buffer.from([0xff, 0xd8, 0xff, 0xe0]), "not-text", /neither text/],
  ["text that is no JSON", "a red cube", "bad-json", /not JSON/],
];
for (const [title, bytes, code, says] of wrong) {
  test(`${title} is refused with a sentence`, async (context) => {
    const { document, problems } = await readWorkflow(fileOf(context, bytes));
    assert.equal(document, undefined);
    assert.equal(problems[0]?.code, code);
    assert.match(problems[0].message, says);
    assert.notEqual(problems[0].remedy, "");
  });
}

test("what is no file is named", async (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, "folder"));
  assert.equal((await readWorkflow(join(folder, "none.json"))).problems[0]?.code, "file-missing");
  assert.equal((await readWorkflow(join(folder, "folder"))).problems[0]?.code, "not-a-file");
});
