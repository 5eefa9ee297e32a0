import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pictureKeyword } from "../../server/src/documents/carried-run.ts";
import { readText } from "../../server/src/files/png.ts";
import { findVulkan, noVulkan } from "../vulkan.fixture.ts";
import { clipwork, folderFor, folderWith, listing, shortHierarchy } from "./clipwork.fixture.ts";

const { vulkan, skip } = await findVulkan();

test("providers says of each whether auto uses it, and why not", async (context) => {
  const cwd = folderFor(context);
  const { code, stdout } = await clipwork(["providers"], { cwd, environment: noVulkan });
  assert.equal(code, 0);
  assert.match(stdout, /^webgpu: not used by auto: no Vulkan adapter\n {2}→ .*driver/m);
  assert.match(stdout, /^cuda: (not )?used by auto: \S/m);
  assert.equal(stdout.match(/: used by auto: /g)!.length, 1);
  const json = JSON.parse((await clipwork(["providers", "--json"], { cwd, environment: noVulkan })).stdout);
  assert.deepEqual(
    json.map(({ provider }: { provider: string }) => provider),
    ["cpu", "webgpu", "cuda"],
  );
});

test("a provider that is asked for by name and does not work is refused, and nothing else is taken", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const options = { cwd: folder, environment: noVulkan };
  for (const command of ["run", "explain"]) {
    const { code, stderr, stdout } = await clipwork([command, "workflow.json", "--provider", "webgpu"], options);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^error: The provider webgpu cannot be used: no Vulkan adapter\.\n {2}→ .*--provider cpu/);
  }
  const unknown = await clipwork(["run", "workflow.json", "--provider", "vulkan"], options);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /cpu, webgpu, cuda, auto/);
  assert.deepEqual(listing(folder), ["workflow.json"]);
});

test("the configuration's provider is the default of --provider", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const data = folderFor(context);
  writeFileSync(join(data, "config.json"), `{ "provider": "webgpu" }`);
  const options = { cwd: folder, environment: { ...noVulkan, CLIPWORK_DATA: data } };
  const refused = await clipwork(["validate", "workflow.json"], options);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /The provider webgpu cannot be used/);
  const told = await clipwork(["explain", "workflow.json", "--provider", "cpu"], options);
  assert.equal(told.code, 0, told.stderr);
});

const numericsOf = (file: string) => JSON.parse(readText(readFileSync(file), pictureKeyword)!).numerics as string;

test("a run on webgpu is told apart from one on the CPU: in its pictures, and in the cache", {
  skip,
}, async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const options = { cwd: folder, environment: vulkan! };
  const on = (provider: string, ...args: string[]) =>
    clipwork(["run", "workflow.json", "--json", "--provider", provider, ...args], options);
  const webgpu = await on("webgpu", "--out", "webgpu");
  assert.deepEqual([webgpu.code, webgpu.last().executed], [0, 4], webgpu.stderr);
  assert.match(numericsOf(join(folder, "webgpu", "picture.png")), /^webgpu; .*; bits ([0-9a-f]{12}|vary)$/);
  const cpu = await on("cpu", "--out", "cpu");
  assert.deepEqual([cpu.code, cpu.last().executed], [0, 4], "nothing of webgpu's is taken for the CPU's");
  assert.match(numericsOf(join(folder, "cpu", "picture.png")), /^cpu; /);
  const explained = await clipwork(["explain", "workflow.json", "--json", "--provider", "webgpu"], options);
  const states = explained.last().nodes.map(({ state }: { state: string }) => state);
  assert.deepEqual(states, ["cached", "cached", "cached", "cached"], explained.stdout);
});

test("auto takes a GPU only where it is faster than the CPU", { skip }, async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const options = { cwd: folder, environment: vulkan! };
  const listed = await clipwork(["providers", "--json"], options);
  const chosen = JSON.parse(listed.stdout).find(({ auto }: { auto: boolean }) => auto);
  assert.ok(chosen.provider === "cpu" || chosen.speed >= 3, listed.stdout);
  if (vulkan!.VK_DRIVER_FILES.includes("swiftshader")) assert.equal(chosen.provider, "cpu", listed.stdout);
  const { code, stderr } = await clipwork(["run", "workflow.json", "--provider", "auto"], options);
  assert.equal(code, 0, stderr);
  assert.ok(numericsOf(join(folder, "out", "picture.png")).startsWith(`${chosen.provider}; `));
});
