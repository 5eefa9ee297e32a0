import { type Catalogue, kindsOf, type NodeDefinition, type Problem } from "@clipwork/engine";
import { type NodeServices, catalogue as ownNodes } from "@clipwork/nodes";
import { loadNodePack, type NodePack } from "./node-pack.ts";

/** All node types available here. */
export type NodeLibrary = {
  readonly catalogue: Catalogue<NodeServices>;
  /** One warning for each node pack that is not used, with the reason. */
  readonly problems: readonly Problem[];
  /** The packs: those that were refused before, then the others in their order. */
  readonly packs: readonly LoadedNodePack[];
};

/** The types that the pack in a folder brings, or why it is not used. */
export type LoadedNodePack = RefusedNodePack | { readonly place: string; readonly types: readonly string[] };

/** That the pack in a folder is not used, and why, in the words of `refusal`. */
export type RefusedNodePack = { readonly place: string; readonly problem: Problem };

/**
 * Clipwork's own node types and those of the packs in these folders. A pack that cannot be used is left out whole and
 * reported, after those that were `refused` before; everything else is available. Runs the packs' code.
 */
export async function loadNodeLibrary(
  places: readonly string[],
  refused: readonly RefusedNodePack[] = [],
): Promise<NodeLibrary> {
  const catalogue = new Map<string, NodeDefinition<NodeServices>>(ownNodes);
  const packs: LoadedNodePack[] = [...refused];
  for (const place of places) {
    try {
      const nodes = newNodes(await loadNodePack(place), catalogue);
      for (const node of nodes) catalogue.set(node.type, node);
      packs.push({ place, types: nodes.map(({ type }) => type) });
    } catch (error) {
      packs.push({ place, problem: refusal(place, error) });
    }
  }
  return { catalogue, packs, problems: packs.flatMap((pack) => ("problem" in pack ? pack.problem : [])) };
}

/** The pack's node types. Throws if the name of one, or of one of their kinds, is taken. */
function newNodes({ definitions }: NodePack, catalogue: Catalogue<NodeServices>): NodePack["definitions"] {
  for (const { type } of definitions) {
    const origin = catalogue.get(type)?.origin?.split(" ")[0];
    if (origin !== undefined) throw new Error(`its type "${type}" is there already, from ${origin}`);
  }
  kindsOf(new Map([...catalogue, ...definitions.map((node) => [node.type, node] as const)]));
  return definitions;
}

/** That a node pack is not used, and why. */
export function refusal(place: string, error: unknown): Problem {
  const text = error instanceof Error ? error.message : String(error);
  const [line = ""] = text.trim().split("\n");
  const reason = line.replace(/\.$/, "");
  return {
    code: "refused-node-pack",
    severity: "warning",
    message: `The node pack ${place} is not used: ${reason}.`,
    remedy: "Correct it as docs/node-packs.md says, or take it out of config.json.",
  };
}
