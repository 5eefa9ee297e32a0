import { readValue } from "@clipwork/engine";
import type { ImageEmbeddingValue } from "@clipwork/nodes";
import { numbered, readHeldOut } from "./held-out.ts";
import { openHost } from "./host.ts";

/** The toybox's CLIP embeddings of the first `count` held-out renders, in their order. */
export async function embedHeldOut(count: number): Promise<readonly Float32Array[]> {
  const renders = await readHeldOut(count);
  const host = await openHost(Object.fromEntries(renders.map(({ name, png }) => [name, png])));
  const nodes = renders.map(({ name }, i) =>
    numbered(i, {
      load: { type: "image.load", params: { file: name } },
      look: { type: "clip.encode-image", inputs: { image: "load.image" } },
    }),
  );
  const targets = renders.map((_, i) => `look-${i}`);
  const { outputs, cache } = await host.runNodes(Object.assign({}, ...nodes), targets);
  await host.close();
  const values = new Map(outputs.map(({ node, value }) => [node, value]));
  return Promise.all(
    targets.map(async (node) => ((await readValue(cache, values.get(node)!)) as ImageEmbeddingValue).embedding),
  );
}
