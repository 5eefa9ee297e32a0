import type { Problem } from "@clipwork/engine";
import { chooseDevice, type Device, type Provider } from "@clipwork/models/onnx";
import { type Configuration, readConfiguration } from "./configuration.ts";
import { loadNodeLibrary, type NodeLibrary } from "./node-library.ts";
import { packRoots } from "./pack-library.ts";

/** What workflows are checked and run with here, beside what they name themselves. */
export type Setup = {
  /** Folders in which model packs are looked for. */
  readonly packRoots: readonly string[];
  readonly device: Device;
  readonly nodes: NodeLibrary;
  /** Folders of the node packs, for the worker to load as well. */
  readonly nodePacks: Configuration["nodePacks"];
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
  const device = await chooseDevice(provider ?? configuration.provider);
  if ("remedy" in device) return { problems: [{ code: "unusable-provider", severity: "error", ...device }] };
  const { nodePacks } = configuration;
  const nodes = await loadNodeLibrary(nodePacks);
  return { setup: { packRoots: packRoots(data), device, nodes, nodePacks }, problems: [] };
}
