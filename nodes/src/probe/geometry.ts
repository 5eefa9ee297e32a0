import { list, p } from "@clipwork/engine";
import { decoderInputs } from "../decoder/condition-decoder.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { t } from "../kinds/t.ts";
import { column } from "../kinds/table.ts";
import { embeddingOf } from "../latent/operands.ts";
import { inCompany } from "../stage/in-company.ts";
import { defineNode } from "../stage/services.ts";
import { centralDifference, effectiveRank, pullBack } from "../statistics/pull-back.ts";
import { combined, type Vector } from "../vectors/vectors.ts";
import { decodedView, viewingParams } from "./decoded-view.ts";
import { differenceParam, principalAxes } from "./principal-axes.ts";

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
    ...viewingParams,
    directions: p.integer("How many principal directions; each takes two pictures.", { default: 6, min: 1, max: 64 }),
    step: differenceParam,
    reach: p.number("How far the edits lie from the embedding, in standard deviations.", {
      default: 2,
      min: 0,
      max: 10,
    }),
  },
  stages: ["decoder", "clip-image"],
  optionalStages: ["clip-text", "decoder-condition"],
  async run({ image, text, basis }, { pack, seed, steps, directions, step, reach }, host) {
    const axes = principalAxes(image, basis, directions);
    const view = decodedView({ text, pack, seed, steps }, host);
    const moved = (axis: Vector, by: number) => Float32Array.from(combined([image.embedding, axis], [1, by]));
    const seen = await inCompany(2 * axes.length, host, (i, own) =>
      view(moved(axes[i >> 1]!, i % 2 === 0 ? step : -step), own),
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

function plotOf(values: Float64Array): PlotValue {
  const title = `Eigenvalues of the decoder's metric, effective rank ${effectiveRank(values).toFixed(1)} of ${values.length}`;
  const categories = Array.from(values, (_, k) => String(k + 1));
  const series = [{ name: "eigenvalue", values: [...values] }];
  return { plot: "bar", title, xLabel: "eigenvector", yLabel: "eigenvalue", categories, series };
}
