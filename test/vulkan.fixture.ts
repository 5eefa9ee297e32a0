import { existsSync } from "node:fs";

/** The software Vulkan driver of Debian's package chromium: right, and hundreds of times slower than the CPU. */
const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** Where Vulkan drivers are described to the loader on Linux, if not by VK_DRIVER_FILES. */
const named = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;

/** The environment in which WebGPU finds a driver: the one that is named, or SwiftShader; undefined where there is none. */
export const vulkan: { readonly VK_DRIVER_FILES: string } | undefined = named
  ? { VK_DRIVER_FILES: named }
  : existsSync(swiftShader)
    ? { VK_DRIVER_FILES: swiftShader }
    : undefined;

/** The one reason for which a test may be skipped; false where it is not. */
export const withoutVulkan: string | false =
  vulkan === undefined &&
  "there is no Vulkan driver: name one in VK_DRIVER_FILES, or install Debian's chromium, which brings SwiftShader";

/** The environment in which WebGPU finds none, on Linux. */
export const noVulkan = { VK_DRIVER_FILES: "/nonexistent/no-driver.json" } as const;
