import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withKarlo } from "../cli/models/small-karlo.fixture.ts";
import { describePacks } from "./describe-packs.ts";

test("a pack is described with its stages, spaces, licence and place, and with what is lost if it is removed", async (context) => {
  const { data, karlo } = await withKarlo(context);
  const { karlo: pack } = Object.fromEntries((await describePacks(data)).map((one) => [one.name, one]));
  assert.deepEqual([pack!.folder, pack!.removable, pack!.title, pack!.unusable], [karlo, true, "unCLIP", undefined]);
  const prior = pack!.stages.find(({ stage }) => stage === "prior")!;
  const bytes = ["prior.onnx", "prior.safetensors"].map((file) => statSync(join(karlo, file)).size);
  assert.deepEqual([prior.role, prior.bytes], ["prior", bytes[0]! + bytes[1]!]);
  assert.ok(pack!.own > 0 && pack!.own < pack!.bytes, "linked weights are elsewhere too");
  assert.deepEqual(
    pack!.spaces.map(({ name }) => name),
    ["clip"],
  );
});

test("packs that came with Clipwork are listed and cannot be removed", async (context) => {
  const { data } = await withKarlo(context);
  const toybox = (await describePacks(data)).find(({ name }) => name === "toybox");
  assert.equal(toybox?.removable, false);
});

test("a pack that cannot be read says why, and the others are there", async (context) => {
  const { data, karlo } = await withKarlo(context, "move");
  writeFileSync(join(karlo, "manifest.json"), '{"format": "clipwork-pack/9"}');
  const packs = await describePacks(data);
  const broken = packs.find(({ name }) => name === "karlo")!;
  assert.match(broken.unusable!.message, /format is "clipwork-pack\/9"/);
  assert.ok(broken.bytes > 0 && packs.length > 1);
});
