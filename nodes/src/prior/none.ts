import { NodeError, p } from "@clipwork/engine";
import { partsOf } from "@clipwork/models";
import { t } from "../kinds/t.ts";
import { findNullImage } from "../stage/null-image.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";

export const noPrior = defineNode({
  type: "prior.none",
  version: 1,
  title: "No image embedding",
  summary: "Stands for no image embedding, so that a decoder paints from its caption alone.",
  outputs: { embedding: t.imageEmbedding("No image embedding, for a decoder alone.", "decoder") },
  params: { pack: p.pack() },
  stages: ["decoder"],
  optionalStages: ["decoder-condition"],
  async run(_, { pack }, host) {
    const { manifest } = host.pack(pack);
    const { name, stage } = requireStage(host.pack(pack), "decoder");
    const space = partsOf(manifest).get("decoder")?.facts.space;
    if (typeof space !== "object")
      throw new NodeError(`The decoder of the pack "${pack}" reads no image embedding.`, "Leave this node out.");
    const length = manifest.spaces[space.name]!.dimension;
    const embedding = await findNullImage(stage, { name, length, pack }, host);
    if (embedding) return { embedding: { embedding, none: true as const } };
    throw new NodeError(
      `The pack "${pack}" has no image embedding that stands for none, and its decoder cannot do without one.`,
      "Choose another pack.",
    );
  },
});
