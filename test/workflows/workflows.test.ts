import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import sharp from "sharp";
import { clipwork } from "../cli/clipwork.fixture.ts";

const workflows = join(import.meta.dirname, "..", "..", "workflows");
/** All run in one folder, so that stages which several workflows share are computed once. */
const cwd = mkdtempSync(join(tmpdir(), "clipwork-workflows-"));
after(() => rmSync(cwd, { recursive: true, force: true }));
/** No packs but the project's own. */
const options = { cwd, packs: "" };

/** Width and height of each workflow's picture; grids have 2 pixels between their cells. */
const sizes: { readonly [workflow: string]: readonly [number, number] } = {
  "text-to-image": [1024, 1024],
  "text-to-image-256": [256, 256],
  "guidance-sweep": [3 * 64 + 2 * 2, 3 * 64 + 2 * 2],
  "seeds-grid": [4 * 64 + 3 * 2, 4 * 64 + 3 * 2],
};

test("every shipped workflow is tested here", () => {
  const files = readdirSync(workflows).filter((file) => file.endsWith(".json"));
  assert.deepEqual(files.map((file) => file.replace(/\.json$/, "")).sort(), Object.keys(sizes).sort());
});

for (const [name, size] of Object.entries(sizes)) {
  test(`${name} runs on toybox with its own settings, without a warning`, async () => {
    const outcome = await clipwork(["run", join(workflows, `${name}.json`), "--json"], options);
    assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr);
    assert.deepEqual(
      outcome.events().filter(({ event }) => event === "notice"),
      [],
    );
    const { outputs } = outcome.last();
    assert.equal(outputs.length, 1);
    const { width, height, channels } = await sharp(outputs[0]!.file).metadata();
    assert.deepEqual([width, height, channels], [...size, 3]);
  });
}

test("every shipped workflow with a caption exposes prompt and seed", async () => {
  for (const name of Object.keys(sizes)) {
    const settings = ["--set", "prompt=a small blue ball on grass", "--set", "seed=3"];
    const outcome = await clipwork(["validate", join(workflows, `${name}.json`), ...settings], options);
    assert.deepEqual([outcome.code, outcome.stderr], [0, ""], name);
  }
});
