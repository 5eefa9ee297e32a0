// CLIP alone, imported, serves every probe: the workflow's own pictures, seen by a pack that can paint none.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadPack } from "@clipwork/models";
import { clipwork } from "../cli/clipwork.fixture.ts";

const root = join(import.meta.dirname, "..", "..");
const cwd = mkdtempSync(join(tmpdir(), "clipwork-clip-probes-"));
after(() => rmSync(cwd, { recursive: true, force: true }));
const options = { cwd, packs: "" };
const file = join(root, "workflows", "clip-probes.json");
const fixtures = join(root, "test", "fixtures");

const settings = [
  ...["prompt=a {red|blue} cube", "words=red\nblue", "labels=red cube\nblue cube\ncube", "scale=100"],
].flatMap((setting) => ["--set", setting]);

/** What the workflow writes with a pack for CLIP. */
async function probe(clip: string) {
  const args = ["run", file, "--json", "--out", clip, ...settings, "--set", `clip=${clip}`];
  const outcome = await clipwork(args, options);
  assert.deepEqual([outcome.code, outcome.last().status], [0, "finished"], outcome.stdout + outcome.stderr);
  const csv = (name: string) =>
    readFileSync(join(cwd, clip, `${name}.csv`), "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
  const numbersOf = (name: string, column: number) => csv(name).map((row) => Number(row.at(column)));
  return { csv, numbersOf };
}

for (const name of ["small-open-clip", "small-clip"])
  test(`${name}: zero-shot, similarity, the typographic attack and principal components are that CLIP's`, async () => {
    const from = join(fixtures, "checkpoints", name);
    const imported = await clipwork(
      ["models", "import", from, "--templates", join(fixtures, "templates"), "--copy"],
      options,
    );
    assert.equal(imported.code, 0, imported.stderr);
    const { manifest } = await loadPack(join(cwd, "default-data", "packs", name));
    assert.deepEqual(Object.keys(manifest.stages), ["clip-text", "clip-image"]);

    const { csv, numbersOf } = await probe(name);
    const labels = csv("labels").map((row) => row.slice(-3).map(Number));
    assert.equal(labels.length, 2);
    for (const row of labels) assert.ok(Math.abs(row.reduce((sum, value) => sum + value) - 1) < 1e-9, String(row));
    const cosines = numbersOf("matrix", -1);
    assert.ok(cosines.length === 4 && cosines.every((cosine) => Math.abs(cosine) <= 1), String(cosines));
    assert.equal(csv("attack").length, 3 * 6);
    assert.equal(csv("map").length, 2);
    for (const plot of ["bars", "attack"])
      assert.ok(
        numbersOf(plot, -1).every((value) => value >= 0 && value <= 1),
        plot,
      );
    // A CLIP of random weights sees other things than the one that painted the pictures.
    const theirs = (await probe("toybox")).numbersOf("matrix", -1);
    assert.ok(Math.max(...cosines.map((cosine, i) => Math.abs(cosine - theirs[i]!))) > 0.1);
  });
