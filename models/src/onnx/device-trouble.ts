import type { Provider } from "./provider.ts";

/** What is wrong with a device, and the way out. */
export type DeviceTrouble = { readonly reason: string; readonly remedy: string };

/**
 * What an error of ONNX Runtime says about the device, if the device caused it: there is no adapter, or a library that it
 * needs was not loaded. `log` is what the runtime printed as well. Undefined if the error has another cause.
 */
export function deviceTrouble(provider: Provider, message: string, log = ""): DeviceTrouble | undefined {
  if (message.includes("No supported adapters")) {
    const reason = process.platform === "linux" ? "no Vulkan adapter" : "no GPU adapter";
    const remedy =
      "Install the GPU's driver (on Linux its Vulkan driver and libvulkan1), or use --provider cpu; software adapters need VK_DRIVER_FILES.";
    return { reason, remedy };
  }
  // The library's own error says only that something could not be loaded; its log says what.
  const unloaded = /with error: ([^\n]+)/.exec(log)?.[1];
  if (unloaded === undefined && !/Failed to load shared library/.test(message)) return undefined;
  return { reason: unloaded ?? firstLine(message), remedy: reinstall(provider) };
}

/** The first line of an error's text: the rest points into the runtime's own source. */
export const firstLine = (message: string): string => message.trim().split("\n")[0]!;

/** The way out if a device does not work for an unknown reason. */
export function reinstall(provider: Provider): string {
  return provider === "cuda"
    ? "Check that the NVIDIA driver, CUDA 12 and cuDNN 9 are installed, or use --provider cpu."
    : "Update the GPU's driver, or use --provider cpu.";
}

/** An additional way out for any error of a stage on another device; it ends the remedy. */
export const orCpu = (provider: Provider): string => (provider === "cpu" ? "" : ", or use --provider cpu");
