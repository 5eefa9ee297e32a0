import type { Problem } from "@clipwork/engine";
import { chooseDevice, type Device, type Provider } from "@clipwork/models/onnx";
import { packRoots } from "./pack-library.ts";

/** What workflows are checked and run with here, beside what they name themselves. */
export type Setup = {
  /** Folders in which model packs are looked for. */
  readonly packRoots: readonly string[];
  readonly device: Device;
};

/** The setup of a data folder, with the provider that is asked for. Writes nothing. */
export async function openSetup(
  data: string,
  provider: Provider | "auto" = "cpu",
): Promise<{ readonly setup?: Setup; readonly problems: readonly Problem[] }> {
  const device = await chooseDevice(provider);
  if ("remedy" in device) return { problems: [{ code: "unusable-provider", severity: "error", ...device }] };
  return { setup: { packRoots: packRoots(data), device }, problems: [] };
}
