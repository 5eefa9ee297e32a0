import { list, NodeError, p } from "@clipwork/engine";
import type { PlotValue } from "../kinds/plot-data.ts";
import { t } from "../kinds/t.ts";
import { column } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { embeddingOf } from "../latent/operands.ts";
import { defineNode } from "../stage/services.ts";
import { project, reconstruct } from "../statistics/pca.ts";
import { cosine, squaredDistance } from "../vectors/vectors.ts";

/** Figure 7 keeps so many of the 1,024 dimensions of the paper's CLIP (Ramesh et al. 2022, section 4.2). */
const paper = { kept: [20, 30, 40, 80, 120, 160, 200, 320], of: 1024 } as const;

export const pcaReconstruct = defineNode({
  type: "probe.pca-reconstruct",
  version: 1,
  title: "Keep principal components",
  summary: "Rebuilds embeddings from their coordinates along the first directions alone, for each of several counts.",
  inputs: {
    embeddings: list(t.sharedImageEmbedding("What to rebuild; a single embedding is a list too.")),
    basis: t.sharedBasis("The directions, from probe.pca."),
  },
  outputs: {
    embeddings: list(t.sharedImageEmbedding("The first embedding by each count, then the next one.")),
    errors: t.table(
      "A row for each of them: its count, the share of its squared distance from the mean that is lost, and its cosine to the original.",
    ),
    plot: t.plot("The mean share that is lost, by the count."),
  },
  params: {
    dimensions: p.text(
      "How many directions to keep, with commas between; empty takes the shares that the paper's Figure 7 keeps, and then all.",
      { maxLength: 2000 },
    ),
  },
  run({ embeddings, basis }, { dimensions }) {
    const vectors = vectorsOf(embeddings);
    const size = basis.mean.length;
    if (vectors[0]!.length !== size)
      throw new NodeError(
        `The embeddings have ${vectors[0]!.length} numbers, but the basis has ${size}.`,
        "Give a basis of the same CLIP space.",
      );
    const counts = dimensions.trim() === "" ? scaledTo(size) : countsOf(dimensions, size);
    const rebuilt = vectors.flatMap((vector, item) => {
      const all = project(basis, vector);
      const whole = squaredDistance(vector, basis.mean);
      return counts.map((count) => {
        const part = reconstruct(basis, all.subarray(0, count));
        const lost = whole === 0 ? 0 : squaredDistance(vector, part) / whole;
        return { item, count, part, lost, cosine: cosine(vector, part) };
      });
    });
    return {
      embeddings: rebuilt.map(({ part }) => embeddingOf(part)),
      errors: {
        columns: [
          column("item", "integer", rebuilt, ({ item }) => item),
          column("dimensions", "integer", rebuilt, ({ count }) => count),
          column("lost", "number", rebuilt, ({ lost }) => lost),
          column("cosine", "number", rebuilt, ({ cosine }) => cosine),
        ],
      },
      plot: plotOf(counts, (count) => {
        const own = rebuilt.filter((one) => one.count === count);
        return own.reduce((sum, { lost }) => sum + lost, 0) / own.length;
      }),
    };
  },
});

/** The paper's counts as the same shares of another space, each once, and then all. */
function scaledTo(size: number): readonly number[] {
  const kept = paper.kept.map((kept) => Math.max(1, Math.round((kept * size) / paper.of)));
  return [...new Set([...kept, size])];
}

/** The counts in a text. Throws NodeError for one that the basis does not have. */
function countsOf(text: string, size: number): readonly number[] {
  return text.split(",").map((part) => {
    const count = Number(part);
    if (part.trim() !== "" && Number.isInteger(count) && count >= 0 && count <= size) return count;
    throw new NodeError(
      `"dimensions" holds "${part.trim()}", which is no count from 0 to ${size}.`,
      `Write whole numbers with commas between: 0 keeps the mean alone, ${size} everything.`,
    );
  });
}

function plotOf(counts: readonly number[], lostAt: (count: number) => number): PlotValue {
  const x = [...new Set(counts)].sort((a, b) => a - b);
  const series = [{ name: "lost", x, y: x.map(lostAt) }];
  const title = "What the first directions leave out";
  return { plot: "line", title, xLabel: "directions kept", yLabel: "share lost", series };
}
