import type { Problem } from "@clipwork/engine";
import { chooseDevice, type Device, type Provider } from "@clipwork/models/onnx";
import { type Configuration, readConfiguration } from "../data-folder/configuration.ts";
import { loadNodeLibrary, type NodeLibrary } from "./node-library.ts";
import { packRoots } from "./pack-library.ts";

/** What workflows are checked and run with here, beside what they name themselves. */
export type Setup = Omit<Configuration, "provider"> & {
  /** Folders in which model packs are looked for. */
  readonly packRoots: readonly string[];
  readonly device: Device;
  readonly nodes: NodeLibrary;
};

/**
 * The setup of a data folder, as its configuration says, with the provider that is asked for. A node pack that
 * cannot be used does not stand in the way: the library says so. Writes nothing.
 */
export async function openSetup(
  data: string,
  provider?: Provider | "auto",
): Promise<{ readonly setup?: Setup; readonly problems: readonly Problem[] }> {
  const { configuration, problems } = await readConfiguration(data);
  if (!configuration) return { problems };
  const { provider: usual, ...rest } = configuration;
  const device = await chooseDevice(provider ?? usual);
  if ("remedy" in device) return { problems: [{ code: "unusable-provider", severity: "error", ...device }] };
  const nodes = await loadNodeLibrary(rest.nodePacks);
  return { setup: { ...rest, packRoots: packRoots(data), device, nodes }, problems: [] };
}
