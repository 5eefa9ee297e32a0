import { p } from "@clipwork/engine";
import { sightOf } from "../clip/encode-picture.ts";
import { conditionDecoder } from "../decoder/condition-decoder.ts";
import { ddim } from "../diffusion/ddim.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import type { SamplingHost } from "../stage/in-company.ts";
import { sampleStage, samplingParams, stepsOfStage } from "../stage/sample-stage.ts";
import type { Host } from "../stage/stage.ts";

/** The decoder's own answer is measured, not what guidance makes of it. */
const unguided = { scale: 1, negative: "" } as const;

/** The parameters of a probe that looks at pictures through the decoder. */
export const viewingParams = {
  ...samplingParams,
  steps: p.integer("How many denoising steps each picture has, by ddim without noise.", {
    default: 8,
    min: 1,
    max: 1000,
  }),
};

type Viewing = {
  readonly text: TextEmbeddingValue | undefined;
  readonly pack: string;
  readonly seed: number;
  readonly steps: number;
};

/**
 * The map whose geometry probes measure: from an image embedding to CLIP's embedding of the picture that the decoder makes of it, by ddim
 * without guidance, from one noise.
 */
export function decodedView({ text, pack, seed, steps }: Viewing, host: Host) {
  return async (embedding: Float32Array, own: SamplingHost): Promise<Float32Array> => {
    const mine = { ...host, signal: own.signal };
    const decoder = await conditionDecoder({ image: { embedding }, text, guidance: unguided }, pack, mine);
    const { stage, canvas, predict } = decoder;
    const { length } = canvas;
    const x0 = await sampleStage(
      {
        ...{ stage, purpose: "decoder", seed, sampler: ddim(0), length, predict, show: () => {} },
        steps: stepsOfStage(stage, steps),
      },
      own,
    );
    return sightOf((await canvas.finish(x0)).image, pack, mine).encode();
  };
}
