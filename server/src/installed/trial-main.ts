// The process in which a node pack is loaded first: what loops, prints or ends there harms nothing else. Started by `tryNodePack`.
import { loadNodePack } from "./node-pack.ts";
import type { Trial } from "./try-node-packs.ts";

async function trial(place: string): Promise<Trial> {
  try {
    const { name, version, definitions } = await loadNodePack(place);
    return { name, version, types: definitions.map(({ type }) => type) };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { refused: text.trim().split("\n")[0] ?? "" };
  }
}

process.send!(await trial(process.argv[2]!), () => process.disconnect());
