import { NodeError, p } from "@clipwork/engine";
import { maxMapPoints } from "../kinds/map.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const pick = defineNode({
  type: "latent.pick",
  version: 1,
  title: "Point of a map",
  summary: "The image embedding of one point of a map, as it was when the map was made.",
  inputs: { map: t.map("The map.") },
  outputs: { embedding: t.sharedImageEmbedding("The embedding, for a decoder or an interpolation.") },
  params: {
    item: p.integer("The number of the point, from 0; below 0 it counts from the end, and -1 is the last.", {
      default: 0,
      min: -maxMapPoints,
      max: maxMapPoints - 1,
    }),
  },
  run({ map: { points, embeddings } }, { item }) {
    const count = points.length / 2;
    const at = item < 0 ? count + item : item;
    if (at < 0 || at >= count)
      throw new NodeError(
        `The map has ${count} points, so there is no number ${item}.`,
        `Choose 0 to ${count - 1}, or -1 to -${count} from the end.`,
      );
    const width = embeddings.length / count;
    return { embedding: { embedding: embeddings.slice(at * width, (at + 1) * width) } };
  },
});
