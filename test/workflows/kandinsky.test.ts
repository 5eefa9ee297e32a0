// Kandinsky 2.2 from its published folders to pictures, by the command line alone: two imports, and the workflows with their packs.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { clipwork } from "../cli/clipwork.fixture.ts";

const root = join(import.meta.dirname, "..", "..");
const cwd = mkdtempSync(join(tmpdir(), "clipwork-kandinsky-"));
after(() => rmSync(cwd, { recursive: true, force: true }));
const options = { cwd, packs: "" };
const fixtures = join(root, "test", "fixtures");
const templates = ["--templates", join(fixtures, "templates"), "--copy"];

const importFolder = (part: string, ...more: string[]) => {
  const folder = join(fixtures, "checkpoints", `small-kandinsky-2-2-${part}`);
  return clipwork(["models", "import", folder, ...templates, ...more], options);
};
const run = (workflow: string, ...settings: string[]) => {
  const file = join(root, "workflows", `${workflow}.json`);
  const packs = ["prior=kandinsky-prior", "decoder=kandinsky", "steps=3"];
  const set = [...packs, ...settings].flatMap((setting) => ["--set", setting]);
  return clipwork(["run", file, "--json", "--out", workflow, ...set], options);
};

before(async () => {
  assert.equal((await importFolder("prior", "--name", "kandinsky-prior")).code, 0);
  const decoder = await importFolder("decoder", "--name", "kandinsky", "--for", "kandinsky-prior");
  assert.equal(decoder.code, 0, decoder.stderr);
  assert.match(decoder.stdout, /embeddings of "kandinsky-prior"/);
});

test("the decoder's folder without its prior's pack is refused with the way out", async () => {
  const { code, stderr } = await importFolder("decoder", "--name", "alone");
  assert.notEqual(code, 0);
  assert.match(stderr, /does not say of which CLIP\.\n.*--for/);
});

for (const [workflow, pictures] of [
  ["kandinsky-2.2", 2],
  ["kandinsky-blend", 4],
] as const)
  test(`${workflow} runs with the two packs, in the size asked for`, async () => {
    const outcome = await run(workflow, "width=24", "height=16");
    assert.deepEqual([outcome.code, outcome.last().status], [0, "finished"], outcome.stdout + outcome.stderr);
    const [{ file }] = outcome.last().outputs as unknown as readonly [{ readonly file: string }];
    const { width, height } = await sharp(file).metadata();
    assert.deepEqual([width, height], [pictures * 26 - 2, 16]);
  });

test("a size that the decoder does not paint is refused with those that it does", async () => {
  const { code, stdout } = await run("kandinsky-2.2", "width=25", "height=16");
  assert.notEqual(code, 0);
  assert.match(stdout, /25 × 16, but this decoder paints sides from 4 to 128 pixels that are multiples of 4/);
});
