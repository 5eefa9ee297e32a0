import { NodeError, p } from "@clipwork/engine";
import type { ImageNoise } from "@clipwork/models";
import { addNoise } from "../diffusion/forward.ts";
import { gaussian } from "../diffusion/philox.ts";
import { alphaBarAt, scheduleOf } from "../diffusion/schedule.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";

/**
 * Stable unCLIP's `noise_image_embeddings`: the embedding is standardised, noised to the level by the forward process, and brought back.
 * The decoder's network is told the level.
 */
export const noiseEmbedding = defineNode({
  type: "embedding.noise",
  version: 1,
  title: "Noise an embedding",
  summary: "Adds noise to an image embedding, for a decoder that is told how much: the more, the freer is the picture.",
  inputs: { image: t.imageEmbedding("The embedding.", "decoder") },
  outputs: { image: t.imageEmbedding("The noised embedding, for that decoder.", "decoder") },
  params: {
    pack: p.pack(),
    seed: p.seed(),
    level: p.integer("The noise level: 0 adds hardly any noise, the decoder's highest leaves hardly anything else.", {
      default: 0,
      min: 0,
      max: 99_999,
    }),
  },
  stages: ["decoder"],
  run({ image }, { pack, seed, level }, host) {
    const { imageNoise } = requireStage(host.pack(pack), "decoder").stage;
    if (!imageNoise) {
      if (level > 0)
        host.notice(
          `The decoder of the pack "${pack}" is not told how noisy an embedding is, so this one stays as it is.`,
        );
      return { image };
    }
    const highest = imageNoise.trainTimesteps - 1;
    if (level > highest)
      throw new NodeError(
        `"level" is ${level}, but the noise levels of the pack "${pack}" end at ${highest}.`,
        `Set "level" to at most ${highest}.`,
      );
    if (image.none) {
      host.notice("There is no image, so nothing is noised.");
      return { image };
    }
    if (image.noiseLevel !== undefined)
      throw new NodeError(
        `The embedding was noised already, to level ${image.noiseLevel}.`,
        "Noise the embedding once, to the level that you want.",
      );
    const noise = gaussian(seed, "image-noise", 0, image.embedding.length);
    return { image: { embedding: noised(image.embedding, noise, level, imageNoise), noiseLevel: level } };
  },
});

function noised(embedding: Float32Array, noise: Float32Array, level: number, { mean, std, ...schedule }: ImageNoise) {
  const standard = embedding.map((value, i) => Math.fround(value - mean[i]!) / std[i]!);
  const to = alphaBarAt(scheduleOf(schedule), level);
  return addNoise(standard, noise, { from: 1, to }).map((value, i) => Math.fround(value * std[i]!) + mean[i]!);
}
