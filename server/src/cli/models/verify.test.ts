import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { noPack } from "../../packs/remove-pack.ts";
import { exitCodes } from "../../terminal/terminal.ts";
import { withKarlo } from "./small-karlo.fixture.ts";
import { modelsVerifyCommand } from "./verify.ts";

test("of a whole pack every network is run once, and its folder stays as it was", async (context) => {
  const { data, karlo, terminal, out, err, json } = await withKarlo(context);
  const files = readdirSync(karlo, { recursive: true });
  const { stages } = JSON.parse(readFileSync(join(karlo, "manifest.json"), "utf8"));
  assert.equal(await modelsVerifyCommand(terminal, { data, name: "karlo" }), exitCodes.done, err.join("\n"));
  assert.deepEqual(out, [`karlo in ${karlo} is whole: its files have their hashes, and each network ran once.`]);
  const names = Object.keys(stages).toSorted();
  assert.deepEqual(err.toSorted(), names.map((name) => `running ${name} once`).toSorted());
  assert.equal(await modelsVerifyCommand(terminal, { data, name: "karlo", json: true }), exitCodes.done);
  const { event, folder, tried } = json();
  assert.deepEqual([event, folder], ["verified", karlo]);
  assert.deepEqual(tried.map(({ stage }: { stage: string }) => stage).toSorted(), names);
  assert.deepEqual(readdirSync(karlo, { recursive: true }), files);
});

test("one flipped byte of the weights is found though the size is right, and no network is run", async (context) => {
  const { data, karlo, terminal, out, err } = await withKarlo(context, "copy");
  const weights = join(karlo, "prior.safetensors");
  const bytes = readFileSync(weights);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(weights, bytes);
  assert.equal(await modelsVerifyCommand(terminal, { data, name: "karlo" }), exitCodes.wrongInput);
  assert.match(err[0]!, /prior\.safetensors in .* is not the file that the manifest describes/);
  assert.match(err[1]!, /^ {2}→ ./);
  assert.deepEqual([out, err.length], [[], 2]);
});

test("a file too long or missing makes a pack unusable, as JSON if asked", async (context) => {
  const { data, karlo, terminal, err, json } = await withKarlo(context, "copy");
  const weights = join(karlo, "prior.safetensors");
  for (const damage of [() => appendFileSync(weights, "x"), () => rmSync(weights)]) {
    damage();
    assert.equal(await modelsVerifyCommand(terminal, { data, name: "karlo", json: true }), exitCodes.wrongInput);
    const [problem] = json().problems;
    assert.deepEqual([json().event, problem.code, problem.severity], ["invalid", "unusable-pack", "error"]);
    assert.match(problem.message, /prior\.safetensors/);
    assert.ok(problem.remedy);
  }
  assert.deepEqual(err, []);
});

test("a pack that is not there is refused, and the names that are there are said in order", async (context) => {
  const { data, terminal, out, err } = await withKarlo(context);
  assert.equal(await modelsVerifyCommand(terminal, { data, name: "carlo" }), exitCodes.wrongInput);
  assert.match(err[0]!, /There is no model pack "carlo"\.$/);
  assert.match(err[1]!, /→ There are .*\bkarlo\b/);
  assert.deepEqual(out, []);
  assert.equal(noPack("x", ["b", "a"]).remedy, "There are a, b.");
  assert.equal(noPack("x", []).remedy, "None was added to the data folder.");
});
