import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, fixturePacks, folderWith, listing, shortHierarchy } from "./clipwork.fixture.ts";

test("a model file that is swapped while the nodes before it run is refused by name, and nothing wrong is kept", async (context) => {
  const workflow = shortHierarchy();
  workflow.nodes.prior!.params = { ...workflow.nodes.prior!.params, steps: 900 };
  const folder = folderWith(context, workflow);
  const packs = join(folder, "packs");
  cpSync(join(fixturePacks, "random-pack"), join(packs, "random-pack"), { recursive: true });
  const file = join(packs, "random-pack", "decoder.onnx");
  const right = readFileSync(file);
  // Other weights, in a graph that still runs.
  const other = Buffer.from(right);
  const at = other.length >> 1;
  other.fill(0x3e, at, at + 64);
  let swapped = false;
  const run = (...args: string[]) =>
    clipwork(["run", "workflow.json", "--json", ...args], {
      cwd: folder,
      packs,
      onEvent({ event, node }) {
        if (event !== "node.progress" || node !== "prior" || swapped) return;
        swapped = true;
        writeFileSync(file, other);
      },
    });
  const first = await run();
  assert.ok(swapped);
  assert.equal(first.code, 1, first.stdout);
  const failed = first.events().filter(({ event }) => event === "node.failed");
  assert.deepEqual(
    failed.map(({ node }) => node),
    ["decode"],
  );
  assert.match(failed[0]!.message, /^decoder\.onnx in .* is not the file that the manifest describes/);
  assert.deepEqual(
    listing(folder).filter((name) => name.endsWith(".png")),
    [],
  );
  writeFileSync(file, right);
  const second = await run("--out", "second");
  const fresh = await run("--out", "fresh", "--no-cache");
  assert.deepEqual([second.code, fresh.code], [0, 0], second.stderr + fresh.stderr);
  assert.equal(second.last().outputs[0]!.pixels, fresh.last().outputs[0]!.pixels);
});
