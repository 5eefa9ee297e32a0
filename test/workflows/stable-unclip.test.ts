// Stable unCLIP from its published folder to pictures, by the command line alone: an import, and the workflow with that pack.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { clipwork } from "../cli/clipwork.fixture.ts";

const root = join(import.meta.dirname, "..", "..");
const cwd = mkdtempSync(join(tmpdir(), "clipwork-stable-unclip-"));
after(() => rmSync(cwd, { recursive: true, force: true }));
const options = { cwd, packs: "" };
const fixtures = join(root, "test", "fixtures");

before(async () => {
  const folder = join(fixtures, "checkpoints", "small-stable-unclip");
  const more = ["--templates", join(fixtures, "templates"), "--copy", "--name", "painter"];
  const imported = await clipwork(["models", "import", folder, ...more], options);
  assert.equal(imported.code, 0, imported.stderr);
  assert.match(imported.stderr, /running latent-decoder once/);
  assert.match(imported.stdout, /Link "embedding\.noise" before the decoder/);
});

/** Four variations by that pack, as one picture. */
async function paint(out: string, ...settings: string[]) {
  const set = ["painter=painter", "steps=3", "width=24", "height=16", ...settings];
  const file = join(root, "workflows", "stable-unclip.json");
  const outcome = await clipwork(
    ["run", file, "--json", "--out", out, ...set.flatMap((setting) => ["--set", setting])],
    options,
  );
  const [saved] = (outcome.last().outputs ?? []) as unknown as readonly { readonly file: string }[];
  return { ...outcome, saved: saved?.file };
}

test("it varies a picture in the size asked for, and more noise in its embedding makes other pictures", async () => {
  const [little, much] = [await paint("little"), await paint("much", "level=900")];
  for (const { code, last, stdout, stderr, saved } of [little, much]) {
    assert.deepEqual([code, last().status], [0, "finished"], stdout + stderr);
    const { width, height } = await sharp(saved!).metadata();
    assert.deepEqual([width, height], [4 * 26 - 2, 16]);
  }
  assert.notDeepEqual(readFileSync(much.saved!), readFileSync(little.saved!));
});

test("a level that the pack does not have is refused with the highest", async () => {
  const { code, stdout } = await paint("beyond", "level=1000");
  assert.notEqual(code, 0);
  assert.match(stdout, /noise levels of the pack \\"painter\\" end at 999/);
});
