import { list, NodeError, optional, p, type TableColumn } from "@clipwork/engine";
import type { BasisValue } from "../kinds/basis.ts";
import { requireOneEach } from "../kinds/one-each.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { t } from "../kinds/t.ts";
import type { TableValue } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import type { Host } from "../stage/stage.ts";
import { type Basis, pca as fit, project } from "../statistics/pca.ts";

const arrays = "image-basis";

export const pca = defineNode({
  type: "probe.pca",
  version: 1,
  title: "Principal components",
  summary: "The directions along which embeddings differ most, fitted to a list or taken from the pack.",
  inputs: {
    embeddings: list(t.imageEmbedding("What to fit to, and what the map shows.")),
    labels: optional(list(t.text("A label for each embedding, which colours its point of the map."))),
  },
  outputs: {
    basis: t.basis("Mean, directions and the variance along each, the largest first."),
    scree: t.plot("The share of the variance that the first directions explain together."),
    map: t.plot("Each embedding by its first two coordinates."),
    variances: t.table("A row for each direction: its variance, its share, and the share of all up to it."),
    coordinates: t.table("A row for each embedding: its label and its first coordinates."),
  },
  params: {
    pack: p.pack(),
    source: p.choice(
      "Where the directions come from: fit computes them from the embeddings, pack takes those of the pack's training set.",
      ["fit", "pack"],
      "fit",
    ),
    columns: p.integer("How many coordinates the table has.", { default: 8, min: 1, max: 128 }),
  },
  optionalArrays: [arrays],
  async run({ embeddings, labels }, { pack, source, columns }, host) {
    const vectors = vectorsOf(embeddings);
    requireOneEach("labels", labels, vectors.length, "embeddings");
    const found = source === "pack" ? await basisOf(pack, vectors[0]!.length, host) : fitTo(vectors);
    const size = found.mean.length;
    const coordinates = vectors.map((vector) => project(found, vector, Math.max(2, Math.min(columns, size))));
    const variances = varianceTable(found);
    return {
      basis: {
        mean: Float32Array.from(found.mean),
        components: Float32Array.from(found.components),
        eigenvalues: Float32Array.from(found.eigenvalues),
      },
      scree: screeOf(variances),
      map: mapOf(coordinates, labels),
      variances,
      coordinates: coordinateTable(coordinates, labels),
    };
  },
});

function fitTo(vectors: readonly Float32Array[]): Basis {
  if (vectors[0]!.length < 2)
    throw new NodeError(
      "Embeddings of one number have no directions to choose from.",
      "Give embeddings of two or more.",
    );
  const basis = vectors.length < 2 ? undefined : fit(vectors);
  if (basis && basis.eigenvalues[0]! > 0) return basis;
  throw new NodeError(
    basis ? "All embeddings are equal, so there is no direction in which they differ." : "There is only one embedding.",
    'Link two or more that differ, or set "source" to "pack".',
  );
}

/** The pack's own basis. Throws NodeError if it has none, or one of another size. */
async function basisOf(pack: string, size: number, host: Pick<Host, "pack" | "arrays">): Promise<BasisValue> {
  if (!Object.hasOwn(host.pack(pack).manifest.arrays, arrays))
    throw new NodeError(
      `The pack "${pack}" brings no principal components.`,
      'Set "source" to "fit", or choose a pack with the arrays "image-basis".',
    );
  const found = await host.arrays(pack, arrays);
  const read = (name: string, length: number) => {
    const data = found[name]?.data;
    if (data?.length === length) return Float32Array.from(data);
    throw new NodeError(
      `The arrays "${arrays}" of the pack "${pack}" have no "${name}" of ${length} numbers.`,
      "Export the pack again, or give embeddings of its own space.",
    );
  };
  return {
    mean: read("mean", size),
    components: read("components", size * size),
    eigenvalues: read("eigenvalues", size),
  };
}

function varianceTable({ eigenvalues }: Basis): TableValue {
  const total = [...eigenvalues].reduce((sum, value) => sum + value, 0);
  let sum = 0;
  const shares = Array.from(eigenvalues, (value) => value / total);
  return {
    columns: [
      { name: "direction", type: "integer", values: shares.map((_, k) => k + 1) },
      { name: "variance", type: "number", values: [...eigenvalues] },
      { name: "share", type: "number", values: shares },
      { name: "explained", type: "number", values: shares.map((share) => (sum += share)) },
    ],
  };
}

function screeOf({ columns }: TableValue): PlotValue {
  const [x, , , y] = columns.map(({ values }) => values as readonly number[]);
  const title = "Variance that the first directions explain";
  const series = [{ name: "explained", x: x!, y: y! }];
  return { plot: "line", title, xLabel: "directions", yLabel: "share of the variance", series };
}

/** Points by their first two coordinates, a series for each label in the order of first use. */
function mapOf(coordinates: readonly Float64Array[], labels: readonly string[] | undefined): PlotValue {
  const series = [...new Set(labels ?? ["embeddings"])].map((name) => {
    const own = coordinates.filter((_, i) => !labels || labels[i] === name);
    return { name, x: own.map(([x]) => x!), y: own.map(([, y]) => y!) };
  });
  const [xLabel, yLabel] = ["first direction", "second direction"];
  return { plot: "scatter", title: "Embeddings along the first two directions", xLabel, yLabel, series };
}

function coordinateTable(coordinates: readonly Float64Array[], labels: readonly string[] | undefined): TableValue {
  const along = (k: number): TableColumn => ({
    name: `direction ${k + 1}`,
    type: "number",
    values: coordinates.map((point) => point[k]!),
  });
  return {
    columns: [
      { name: "item", type: "integer", values: coordinates.map((_, item) => item) },
      ...(labels ? [{ name: "label", type: "text", values: labels } as const] : []),
      ...Array.from(coordinates[0]!, (_, k) => along(k)),
    ],
  };
}
