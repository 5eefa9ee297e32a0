import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { example } from "../../server/src/cli/converting/from-comfy.fixture.ts";
import { clipwork, folderFor } from "./clipwork.fixture.ts";

test("a workflow of ComfyUI's API format is converted to a file that is valid here; nothing is replaced", async (context) => {
  const cwd = folderFor(context);
  const comfy = example();
  Object.assign(comfy["5"].inputs, { width: 64, height: 64 });
  writeFileSync(join(cwd, "comfy.json"), JSON.stringify(comfy));
  writeFileSync(
    join(cwd, "mountains.png"),
    await sharp({ create: { width: 32, height: 32, channels: 3, background: "#369" } })
      .png()
      .toBuffer(),
  );
  const convert = (...args: string[]) => clipwork(["convert", "comfy.json", ...args], { cwd });
  const made = await convert("mine.json");
  assert.deepEqual([made.code, made.stdout, made.stderr], [0, "mine.json\n", ""]);
  const valid = await clipwork(["validate", "mine.json"], { cwd });
  assert.equal(valid.code, 0, valid.stderr);
  const nowhere = await convert(join("none", "mine.json"));
  assert.deepEqual([nowhere.code, /mine\.json cannot be written: ENOENT\.\n {2}→/.test(nowhere.stderr)], [2, true]);
  const again = await convert("mine.json");
  assert.deepEqual([again.code, /mine\.json is there already/.test(again.stderr)], [2, true]);
  const printed = await convert();
  assert.equal(printed.stdout, readFileSync(join(cwd, "mine.json"), "utf8"));
  // As ComfyUI's page sends it, saved by an editor that writes a mark.
  writeFileSync(join(cwd, "comfy.json"), `\uFEFF${JSON.stringify({ prompt: comfy, client_id: "x" })}`);
  assert.equal((await convert()).stdout, printed.stdout);
  const { "34": _, ...without } = comfy;
  writeFileSync(join(cwd, "comfy.json"), JSON.stringify(without));
  const none = await convert();
  assert.equal(none.code, 2);
  assert.match(none.stderr, /"39" \(CLIPVisionEncode\) has an image that is not loaded .*no KSampler or/s);
  writeFileSync(join(cwd, "comfy.json"), JSON.stringify({ last_node_id: 3, nodes: [] }));
  const page = await convert();
  assert.equal(page.code, 2);
  assert.match(page.stderr, /as ComfyUI's page saves it\.\n {2}→ .*Export \(API\)/);
});
