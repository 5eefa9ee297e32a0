import type { Problem } from "@clipwork/engine";
import { chooseDevice, type Device, type Provider } from "@clipwork/models/onnx";
import { type Configuration, readConfiguration } from "../data-folder/configuration.ts";
import { hashesFile } from "../data-folder/data-folder.ts";
import { packRoots } from "./load-packs.ts";
import type { RefusedNodePack } from "./node-library.ts";
import { tryNodePacks } from "./try-node-packs.ts";

/** What workflows are checked and run with here, besides node types and what they name themselves. Plain data. */
export type BareSetup = Omit<Configuration, "provider"> & {
  /** The node packs that could not be loaded in a process of their own; they are not among `nodePacks`. */
  readonly refused?: readonly RefusedNodePack[];
  /** Folders in which model packs are looked for. */
  readonly packRoots: readonly string[];
  /** Where the hashes of their large files are remembered; absent if nowhere. */
  readonly hashesFile?: string;
  readonly device: Device;
};

/** The setup of a data folder without node types: the code of node packs runs in processes of its own only. Writes nothing. */
export async function openBareSetup(
  data: string,
  provider?: Provider | "auto",
): Promise<{ readonly setup?: BareSetup; readonly problems: readonly Problem[] }> {
  const { configuration, problems } = await readConfiguration(data);
  if (!configuration) return { problems };
  const { provider: usual, nodePacks: named, ...rest } = configuration;
  const device = await chooseDevice(provider ?? usual);
  if ("remedy" in device) return { problems: [{ code: "unusable-provider", severity: "error", ...device }] };
  const { places: nodePacks, refused } = await tryNodePacks(named);
  const files = { packRoots: packRoots(data), hashesFile: hashesFile(data) };
  return { setup: { ...rest, nodePacks, ...(refused.length > 0 && { refused }), ...files, device }, problems: [] };
}
