import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../terminal/terminal.ts";
import { modelsRemoveCommand } from "./remove.ts";
import { withKarlo } from "./small-karlo.fixture.ts";

test("a removed pack leaves nothing behind, and the weights where they were published", async (context) => {
  const { data, from, karlo, terminal, out, err, left } = await withKarlo(context);
  const published = join(from, "prior", "diffusion_pytorch_model.safetensors");
  const before = readFileSync(published);
  assert.equal(await modelsRemoveCommand(terminal, { data, name: "karlo" }), exitCodes.done, err.join("\n"));
  assert.equal(out.length, 1);
  assert.ok(out[0]!.startsWith(`karlo is removed from ${dirname(karlo)}: `), out[0]);
  assert.match(out[0]!, /\d+ kB freed, \d+ kB are where they were published\.$/);
  assert.deepEqual([left(), err], [[], []]);
  assert.ok(readFileSync(published).equals(before));
});

test("a linked pack keeps its weights elsewhere, a moved one has them all to itself", async (context) => {
  const linked = await withKarlo(context);
  const moved = await withKarlo(context, "move");
  for (const { data, terminal } of [linked, moved])
    await modelsRemoveCommand(terminal, { data, name: "karlo", json: true });
  const { event, name, folder, freed, kept } = linked.json();
  assert.deepEqual([event, name, folder], ["removed", "karlo", linked.karlo]);
  assert.ok(kept > freed && freed > 0, `${kept} kept, ${freed} freed`);
  assert.deepEqual([moved.json().kept, moved.json().freed], [0, kept + freed]);
});

test("weights that are nowhere else are removed only by force", async (context) => {
  const { data, karlo, terminal, out, err, left } = await withKarlo(context, "move");
  // As large as real weights, without taking the space.
  truncateSync(join(karlo, "prior.safetensors"), 2 ** 30);
  const files = readdirSync(karlo);
  assert.equal(await modelsRemoveCommand(terminal, { data, name: "karlo" }), exitCodes.wrongInput);
  assert.match(err[0]!, /The pack "karlo" in .* has 1\.00 GB that are nowhere else on this disk\.$/);
  assert.match(err[1]!, /→ Add --force to delete them\.$/);
  assert.deepEqual([out, left(), readdirSync(karlo)], [[], ["karlo"], files]);
  assert.equal(await modelsRemoveCommand(terminal, { data, name: "karlo", force: true }), exitCodes.done);
  assert.deepEqual(left(), []);
});

test("a pack that is not there is refused with the names of those that are, and none goes", async (context) => {
  const { data, terminal, err, left, json } = await withKarlo(context);
  assert.equal(await modelsRemoveCommand(terminal, { data, name: "carlo", force: true }), exitCodes.wrongInput);
  assert.match(err.join("\n"), /There is no model pack "carlo"\.\n {2}→ There is karlo\.$/);
  assert.equal(await modelsRemoveCommand(terminal, { data, name: "carlo", json: true }), exitCodes.wrongInput);
  assert.deepEqual([json().event, json().problems[0].code, left()], ["invalid", "unknown-pack", ["karlo"]]);
});

test("a pack outside the data folder is not removed, even by force", async (context) => {
  const { karlo, terminal, err, left } = await withKarlo(context);
  const other = await withKarlo(context);
  await modelsRemoveCommand(other.terminal, { data: other.data, name: "karlo" });
  const { CLIPWORK_PACKS: named } = process.env;
  context.after(() => {
    if (named === undefined) delete process.env.CLIPWORK_PACKS;
    else process.env.CLIPWORK_PACKS = named;
  });
  process.env.CLIPWORK_PACKS = dirname(karlo);
  const code = await modelsRemoveCommand(terminal, { data: other.data, name: "karlo", force: true });
  assert.equal(code, exitCodes.wrongInput);
  assert.ok(err[0]!.endsWith(`The pack "karlo" lies in ${karlo}, not in the data folder.`), err[0]);
  assert.deepEqual(left(), ["karlo"]);
});

test("nothing is removed from a data folder of a newer version", async (context) => {
  const { data, karlo, terminal, err } = await withKarlo(context);
  const mark = readdirSync(data).find((name) => name.endsWith(".json"))!;
  const text = readFileSync(join(data, mark), "utf8");
  writeFileSync(join(data, mark), text.replace(/\d+"/, '999"'));
  assert.equal(await modelsRemoveCommand(terminal, { data, name: "karlo", force: true }), exitCodes.wrongInput);
  assert.match(err[0]!, /was written by a newer version of Clipwork: it has the layout 999/);
  assert.ok(existsSync(join(karlo, "manifest.json")));
});
