import assert from "node:assert/strict";
import { appendFileSync, cpSync, existsSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { clipwork, folderWith, hierarchy, listing, type Options } from "./clipwork.fixture.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures");
const templates = join(fixtures, "templates");

/** The workflow down to the first upsampler, on a pack of this name. */
function enlarged(pack: string) {
  const workflow = JSON.parse(JSON.stringify(hierarchy()).replaceAll("random-pack", pack)) as ReturnType<
    typeof hierarchy
  >;
  delete workflow.nodes.detail;
  workflow.nodes.save!.inputs = { image: "enlarge.image" };
  delete workflow.exposed.detailSeed;
  return workflow;
}

/** A folder with a published checkpoint in it, and the command line there. */
function open(context: TestContext) {
  const folder = folderWith(context, enlarged("karlo"));
  const from = join(folder, "small-karlo");
  cpSync(join(fixtures, "checkpoints", "small-karlo"), from, { recursive: true });
  const packs = join(folder, "default-data", "packs");
  const run = (args: readonly string[], more: Partial<Options> = {}) =>
    clipwork(args, { cwd: folder, packs: "", ...more });
  const load = (...more: string[]) => run(["models", "import", "small-karlo", "--templates", templates, ...more]);
  return { folder, from, packs, run, load, left: () => (existsSync(packs) ? listing(packs) : []) };
}

test("a published folder becomes a pack with which a caption becomes a picture, and can be verified and removed", async (context) => {
  const { folder, from, packs, run, load, left } = open(context);
  const imported = await load("--name", "karlo");
  assert.deepEqual([imported.code, left()[0]], [0, "karlo"]);
  assert.match(imported.stderr, /running decoder once/);
  assert.match(imported.stdout, /^karlo is in .*packs\/karlo, under the licence: not stated/m);
  assert.match(imported.stdout, /upsampler-256-last +denoiser +ran once in \d+\.\d s/);
  assert.match(imported.stdout, /\d+ kB of weights linked, \d+ kB written, in \d+\.\d s and \d+\.\d MB of memory\.\n$/);

  const listed = await run(["models"]);
  assert.match(listed.stdout, /^karlo {2}unCLIP, version 1/m);

  const ran = await run(["run", "workflow.json", "--out", "out", "--json"]);
  assert.deepEqual([ran.code, ran.last().status], [0, "finished"], ran.stderr);
  assert.ok(existsSync(join(folder, "out", "picture.png")));

  const verified = await run(["models", "verify", "karlo"]);
  assert.deepEqual([verified.code, /is whole/.test(verified.stdout)], [0, true]);
  const weights = join(packs, "karlo", "prior.safetensors");
  appendFileSync(weights, "x");
  const damaged = await run(["models", "verify", "karlo"]);
  assert.equal(damaged.code, 2);
  assert.match(damaged.stderr, /prior\.safetensors in .* is not the file that the manifest describes/);
  truncateSync(weights, statSync(weights).size - 1);

  const removed = await run(["models", "remove", "karlo", "--json"]);
  assert.deepEqual([removed.code, removed.last().event, left()], [0, "removed", []]);
  assert.ok(removed.last().kept > 450_000 && removed.last().freed < 250_000);
  assert.ok(existsSync(join(from, "prior", "diffusion_pytorch_model.safetensors")));
});

test("on a full disk an import fails with the reason, and nothing is left of it", async (context) => {
  const { run, left, from } = open(context);
  const before = listing(from);
  const args = ["models", "import", "small-karlo", "--templates", templates, "--move", "--no-run"];
  const full = await run(args, { maxFile: 40 });
  assert.equal(full.code, 1);
  assert.match(full.stderr, /error: The system refused: EFBIG.*\n {2}→ Mend that/);
  assert.deepEqual([left(), listing(from)], [[], before]);
  assert.equal((await run(args)).code, 0);
});

test("what is wrong with the folder is said with a way out, as JSON if asked", async (context) => {
  const { run, load, from, left } = open(context);
  writeFileSync(join(from, "prior_scheduler", "scheduler_config.json"), '{"_class_name": "LMSDiscreteScheduler"}');
  const refused = await load("--json");
  assert.equal(refused.code, 2);
  const [problem] = refused.last().problems as [{ message: string; remedy: string }];
  assert.match(problem.message, /prior_scheduler.scheduler_config\.json is of a "LMSDiscreteScheduler"/);
  assert.ok(problem.remedy);
  rmSync(join(from, "model_index.json"));
  assert.match(
    (await load()).stderr,
    /none of model_index\.json, config\.json, open_clip_config\.json and prior_config\.json.*\n {2}→ Name the folder/,
  );
  assert.equal((await load("--move", "--copy")).code, 2);
  assert.equal((await run(["models", "import"])).code, 2);
  assert.match((await run(["models", "add", "nobody"])).stderr, /There is no folder nobody\.\n.*ORG\/NAME/);
  assert.deepEqual(left(), []);
});

test("only packs of the data folder are removed, and weights that are nowhere else only by force", async (context) => {
  const { run, load, packs } = open(context);
  await load("--no-run", "--move", "--name", "karlo");
  const remove = (...args: string[]) => run(["models", "remove", ...args]);
  assert.match((await remove("toybox")).stderr, /lies in .*toybox, not in the data folder/);
  assert.match((await remove("nothing")).stderr, /no model pack "nothing"\.\n {2}→ There is karlo\./);
  // As large as real weights, without taking the space.
  truncateSync(join(packs, "karlo", "prior.safetensors"), 2 ** 30);
  const refused = await remove("karlo");
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /has 1\.00 GB that are nowhere else on this disk/);
  assert.equal((await remove("karlo", "--force")).code, 0);
});
