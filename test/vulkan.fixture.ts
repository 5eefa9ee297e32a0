import { existsSync } from "node:fs";
import { probeProvider } from "../models/src/onnx/probe.ts";

/** The software Vulkan driver of Debian's package chromium: right, and hundreds of times slower than the CPU. */
const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** How tests make Vulkan's loader take one driver and no other, on Linux. */
export type VulkanDriver = { readonly VK_DRIVER_FILES: string };

/** The environment in which WebGPU finds no driver, on Linux. */
export const noVulkan: VulkanDriver = { VK_DRIVER_FILES: "/nonexistent/no-driver.json" };

/**
 * Runs WebGPU on that driver in a process of its own. Returns why it does not work, or undefined if it does: a driver's
 * file can be there without the loader, or without the library that it names.
 */
export async function tryVulkan(driver: VulkanDriver): Promise<string | undefined> {
  const { VK_DRIVER_FILES: before } = process.env;
  Object.assign(process.env, driver);
  try {
    const { works, reason } = await probeProvider("webgpu", { timed: false });
    return works ? undefined : reason;
  } finally {
    if (before === undefined) delete process.env.VK_DRIVER_FILES;
    else process.env.VK_DRIVER_FILES = before;
  }
}

/**
 * The driver on which WebGPU runs: the one that is named in VK_DRIVER_FILES, or SwiftShader. `skip` is the one reason for
 * which a test may be skipped, false if there is such a driver. Throws it instead if CLIPWORK_TEST_REQUIRE is webgpu:
 * continuous integration has installed a driver, and then skips nothing.
 */
export async function findVulkan(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly vulkan?: VulkanDriver; readonly skip: string | false }> {
  const named = environment.VK_DRIVER_FILES ?? environment.VK_ICD_FILENAMES;
  const file = named ?? (existsSync(swiftShader) ? swiftShader : undefined);
  const vulkan = file === undefined ? undefined : { VK_DRIVER_FILES: file };
  const trouble = vulkan ? await tryVulkan(vulkan) : "no driver was found";
  if (vulkan && trouble === undefined) return { vulkan, skip: false };
  const tried = file === undefined ? "" : ` on ${file}`;
  const skip = `WebGPU does not run${tried}: ${trouble}. Install libvulkan1 and a Vulkan driver (Debian's chromium brings SwiftShader), or name a driver in VK_DRIVER_FILES.`;
  if (environment.CLIPWORK_TEST_REQUIRE === "webgpu") throw new Error(skip);
  return { skip };
}
