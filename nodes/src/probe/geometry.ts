import { list, NodeError, p } from "@clipwork/engine";
import { sightOf } from "../clip/encode-picture.ts";
import { conditionDecoder, decoderInputs } from "../decoder/condition-decoder.ts";
import { ddim } from "../diffusion/ddim.ts";
import type { BasisValue } from "../kinds/basis.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { clampImage } from "../kinds/pixels.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { t } from "../kinds/t.ts";
import { column } from "../kinds/table.ts";
import { embeddingOf } from "../latent/operands.ts";
import { inCompany, type SamplingHost } from "../stage/in-company.ts";
import { sampleStage, samplingParams, stepsOfStage } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { centralDifference, effectiveRank, pullBack } from "../statistics/pull-back.ts";
import { combined, type Vector } from "../vectors/vectors.ts";

/** The decoder's own answer is measured, not what guidance makes of it. */
const unguided = { scale: 1, negative: "" } as const;

export const geometry = defineNode({
  type: "probe.geometry",
  version: 1,
  title: "Geometry of the decoder",
  summary:
    "How far CLIP's view of the decoded picture moves when the embedding moves along its first principal directions.",
  inputs: {
    ...decoderInputs,
    basis: t.basis("The directions, from probe.pca.", "decoder"),
  },
  outputs: {
    table: t.table("A row for each eigenvector of the metric: its eigenvalue, its share, and what it is made of."),
    plot: t.plot("The eigenvalues, with the effective rank in the title."),
    edits: list(
      t.imageEmbedding("The embedding moved back and ahead along each eigenvector, the largest first.", "decoder"),
    ),
  },
  params: {
    ...samplingParams,
    steps: p.integer("How many denoising steps each picture has, by ddim without noise.", {
      default: 8,
      min: 1,
      max: 1000,
    }),
    directions: p.integer("How many principal directions; each takes two pictures.", { default: 6, min: 1, max: 64 }),
    step: p.number("How far to move for the differences, in standard deviations of each direction.", {
      default: 0.25,
      min: 0.001,
      max: 4,
    }),
    reach: p.number("How far the edits lie from the embedding, in standard deviations.", {
      default: 2,
      min: 0,
      max: 10,
    }),
  },
  stages: ["decoder", "clip-image"],
  optionalStages: ["clip-text", "decoder-condition"],
  async run({ image, text, basis }, { pack, seed, steps, directions, step, reach }, host) {
    const axes = axesOf(image, basis, directions);
    const decode = async (vector: Float32Array, own: SamplingHost) => {
      const inputs = { image: { embedding: vector }, text, guidance: unguided };
      const { stage, side, length, predict } = await conditionDecoder(inputs, pack, { ...host, signal: own.signal });
      const x0 = await sampleStage(
        {
          ...{ stage, purpose: "decoder", seed, sampler: ddim(0), length, predict, show: () => {} },
          steps: stepsOfStage(stage, steps),
        },
        own,
      );
      return sightOf(clampImage(side, side, x0), pack, { ...host, signal: own.signal }).encode();
    };
    const moved = (axis: Vector, by: number) => Float32Array.from(combined([image.embedding, axis], [1, by]));
    const seen = await inCompany(2 * axes.length, host, (i, own) =>
      decode(moved(axes[i >> 1]!, i % 2 === 0 ? step : -step), own),
    );
    const columns = axes.map((_, k) => centralDifference(seen[2 * k]!, seen[2 * k + 1]!).map((value) => value / step));
    const { values, vectors } = pullBack(columns);
    const weights = axes.map((_, k) => [...vectors.subarray(k * axes.length, (k + 1) * axes.length)]);
    const total = values.reduce((sum, value) => sum + value, 0);
    return {
      table: {
        columns: [
          column("eigenvector", "integer", axes, (_, k) => k + 1),
          column("eigenvalue", "number", [...values], (value) => value),
          column("share", "number", [...values], (value) => (total === 0 ? 0 : value / total)),
          ...axes.map((_, i) => column(`direction ${i + 1}`, "number", weights, (row) => row[i]!)),
        ],
      },
      plot: plotOf(values),
      edits: weights.flatMap((row) => {
        const along = combined(axes, row);
        return [-reach, reach].map((by) => embeddingOf(combined([image.embedding, along], [1, by])));
      }),
    };
  },
});

/** The first directions [D], each as long as the standard deviation along it. Throws NodeError if there are not so many. */
function axesOf(image: ImageEmbeddingValue, basis: BasisValue, count: number): readonly Float64Array[] {
  const { mean, components, eigenvalues } = basis;
  const size = mean.length;
  if (image.none || image.embedding.length !== size)
    throw new NodeError(
      `The embedding is none of ${size} numbers, which the basis has.`,
      "Link the embedding of a picture, and a basis of its CLIP space.",
    );
  const varied = eigenvalues.filter((value) => value > 0).length;
  if (count > varied)
    throw new NodeError(
      `"directions" is ${count}, but the embeddings of the basis differ along ${varied} only.`,
      `Set "directions" to at most ${varied}.`,
    );
  return Array.from({ length: count }, (_, k) =>
    Float64Array.from(components.subarray(k * size, (k + 1) * size), (value) => value * Math.sqrt(eigenvalues[k]!)),
  );
}

function plotOf(values: Float64Array): PlotValue {
  const title = `Eigenvalues of the decoder's metric, effective rank ${effectiveRank(values).toFixed(1)} of ${values.length}`;
  const categories = Array.from(values, (_, k) => String(k + 1));
  const series = [{ name: "eigenvalue", values: [...values] }];
  return { plot: "bar", title, xLabel: "eigenvector", yLabel: "eigenvalue", categories, series };
}
