import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { insertText } from "../files/png.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
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

const carried = carrying(JSON.stringify({ format: "clipwork-run/1", workflow }));

test("a workflow is read from JSON and from a picture, whatever the file is called", async (context) => {
  for (const bytes of [JSON.stringify(workflow), carried]) {
    const { document, problems } = await readWorkflow(fileOf(context, bytes));
    assert.deepEqual(problems, []);
    assert.deepEqual(document?.json, workflow);
  }
});

const damaged = Buffer.from(carried);
damaged[damaged.indexOf("clipwork") + 20]! ^= 1;

/** A kilobyte for every megabyte of text that it inflates to. */
const bomb = carrying(" ".repeat(200 * 1024 * 1024));
const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const twice = '{"format":"clipwork-run/1","workflow":{},"workflow":{}}';
const cutOff = picture.subarray(0, -20);

const wrong: readonly [string, string | Buffer, string, RegExp][] = [
  ["a picture without a run", picture, "no-workflow", /carries no workflow/],
  ["a picture with a damaged text", damaged, "damaged-picture", /checksum/],
  ["a picture whose text is no JSON", carrying("{"), "damaged-picture", /not JSON/],
  ["a picture of a newer format", carrying('{"format":"clipwork-run/2"}'), "damaged-picture", /"clipwork-run\/2"/],
  ["a picture whose text is null", carrying("null"), "damaged-picture", /format is missing/],
  ["a picture whose workflow is none", carrying('{"format":"clipwork-run/1","workflow":7}'), "not-a-workflow", /7/],
  ["a picture whose text inflates without end", bomb, "damaged-picture", /longer than 16 MB/],
  ["a picture whose text nests without end", carrying(deep), "damaged-picture", /nested deeper than 256/],
  ["a picture whose format nests", carrying('{"format":[[[]]]}'), "damaged-picture", /format is missing/],
  ["a picture that holds a key twice", carrying(twice), "damaged-picture", /"workflow" stands twice/],
  ["a picture with two texts, the first no JSON", insertText(carried, "clipwork", "{"), "damaged-picture", /not JSON/],
  ["a picture that is cut off", cutOff, "damaged-picture", /cut off/],
  ["a binary file", Buffer.from([0xff, 0xd8, 0xff, 0xe0]), "not-text", /neither text/],
  ["text that is no JSON", "a red cube", "bad-json", /^The workflow in .*file is not JSON/],
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

test("a picture that inflates to 200 MB is refused within 64 MB more than a harmless one takes", async (context) => {
  const peak = (bytes: Buffer) => {
    const script = `
      import { readFileSync } from "node:fs";
      import { readWorkflow } from ${JSON.stringify(join(import.meta.dirname, "read-workflow.ts"))};
      const { problems } = await readWorkflow(${JSON.stringify(fileOf(context, bytes))});
      console.log(problems[0].code, /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      encoding: "utf8",
    });
    const [code, kilobytes] = stdout.split(" ");
    assert.match(code!, /^(damaged-picture|no-workflow)$/, stderr);
    return Number(kilobytes);
  };
  const more = peak(bomb) - peak(picture);
  assert.ok(more < 64 * 1024, `${more} kB more`);
});
