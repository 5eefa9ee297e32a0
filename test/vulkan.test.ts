import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findVulkan, noVulkan, tryVulkan } from "./vulkan.fixture.ts";

const linux = { skip: process.platform !== "linux" && "Vulkan's loader is asked on Linux only" };

test("a driver that is not there skips the tests of WebGPU", linux, async () => {
  assert.equal(await tryVulkan(noVulkan), "no Vulkan adapter");
});

test("a driver's file without the library that it names skips the tests of WebGPU", linux, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-vulkan-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "driver.json");
  const driver = { library_path: join(folder, "driver.so"), api_version: "1.1.0" };
  writeFileSync(file, JSON.stringify({ file_format_version: "1.0.0", ICD: driver }));
  assert.equal(await tryVulkan({ VK_DRIVER_FILES: file }), "no Vulkan adapter");
});

test("without a driver the tests of WebGPU are skipped, and fail if it is required", linux, async () => {
  const { vulkan, skip } = await findVulkan(noVulkan);
  assert.equal(vulkan, undefined);
  assert.match(String(skip), /no Vulkan adapter.*libvulkan1/);
  await assert.rejects(findVulkan({ ...noVulkan, CLIPWORK_TEST_REQUIRE: "webgpu" }), { message: String(skip) });
});
