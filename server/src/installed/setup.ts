import type { Problem } from "@clipwork/engine";
import type { Provider } from "@clipwork/models/onnx";
import { type BareSetup, openBareSetup } from "./bare-setup.ts";
import { loadNodeLibrary, type NodeLibrary } from "./node-library.ts";

/** A setup with the node types, including those of node packs. */
export type Setup = BareSetup & { readonly nodes: NodeLibrary };

/**
 * The setup of a data folder, as its configuration says, with the requested provider. A node pack that cannot be used does
 * not prevent it: the library reports it. Writes nothing.
 */
export async function openSetup(
  data: string,
  provider?: Provider | "auto",
): Promise<{ readonly setup?: Setup; readonly problems: readonly Problem[] }> {
  const { setup, problems } = await openBareSetup(data, provider);
  return setup
    ? { setup: { ...setup, nodes: await loadNodeLibrary(setup.nodePacks, setup.refused) }, problems }
    : { problems };
}
