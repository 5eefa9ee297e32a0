import { list, NodeError, p, type Value } from "@clipwork/engine";
import { decoderInputs } from "../decoder/condition-decoder.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { t } from "../kinds/t.ts";
import { column, type TableValue } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { embeddingOf } from "../latent/operands.ts";
import { between } from "../latent/slerp.ts";
import { inCompany, type SamplingHost } from "../stage/in-company.ts";
import { defineNode } from "../stage/services.ts";
import type { Host } from "../stage/stage.ts";
import { type Curve, discreteGeodesic, energyOf, segmentsOf } from "../statistics/geodesic.ts";
import { combined, norm } from "../vectors/vectors.ts";
import { decodedView, viewingParams } from "./decoded-view.ts";
import { differenceParam, principalAxes } from "./principal-axes.ts";

const { text } = decoderInputs;

export const geodesic = defineNode({
  type: "probe.geodesic",
  version: 1,
  title: "Geodesic of the decoder",
  summary:
    "The way between two image embeddings that changes CLIP's view of the decoded pictures least, beside slerp, with the length of both.",
  inputs: {
    from: t.imageEmbedding("Where both ways begin.", "decoder"),
    to: t.imageEmbedding("Where both ways end.", "decoder"),
    text,
    basis: t.basis("The directions in which the points in between may move, from probe.pca.", "decoder"),
  },
  outputs: {
    table: t.table(
      "A row for each way: its length and energy, the straight chord, and how many pictures were decoded.",
    ),
    plot: t.plot("How far CLIP's view moves in each segment of both ways."),
    slerp: list(t.imageEmbedding("The points of slerp, its ends included.", "decoder")),
    geodesic: list(t.imageEmbedding("The points of the geodesic, its ends included.", "decoder")),
  },
  params: {
    ...viewingParams,
    count: p.integer("How many points each way has, its ends included.", { default: 5, min: 3, max: 16 }),
    directions: p.integer("In how many principal directions the points may move.", { default: 4, min: 1, max: 32 }),
    rounds: p.integer(
      "How often the points are moved; each round decodes at most (count - 2) × (directions + 1) pictures.",
      { default: 2, min: 1, max: 50 },
    ),
    step: differenceParam,
  },
  stages: ["decoder", "clip-image"],
  optionalStages: ["clip-text", "decoder-condition"],
  async run({ from, to, text, basis }, { pack, seed, steps, count, directions, rounds, step }, host) {
    const axes = principalAxes(from, basis, directions);
    const [a, b] = vectorsOf([from, to], (index) => (index === 0 ? '"from"' : '"to"'));
    if (a!.every((value, i) => value === b![i]))
      throw new NodeError("Both ends are the same embedding, so there is no way between them.", "Link another one.");
    const points = Array.from({ length: count }, (_, k) => between(a!, b!, k / (count - 1)));
    const most = count + rounds * (count - 2) * (directions + 1);
    const view = decodedView({ text, pack, seed, steps }, host);
    const { map, decoded } = await remembered(view, { most, steps }, host);
    let first: Curve | undefined;
    const best = await discreteGeodesic({
      ...{ points, axes, step, rounds, map },
      onRound(curve) {
        first ??= curve;
        host.preview("table", tableOf(first, curve, decoded()));
        host.preview("plot", plotOf(first, curve));
      },
    });
    host.progress(most * steps, most * steps);
    return {
      table: tableOf(first!, best, decoded()),
      plot: plotOf(first!, best),
      slerp: first!.points.map(embeddingOf),
      geodesic: best.points.map(embeddingOf),
    };
  },
});

type View = (embedding: Float32Array, own: SamplingHost) => Promise<Float32Array>;

/**
 * A map of many points, all decoded in company, with a checkpoint of every batch that is finished: an item that goes on asks for the same
 * points again and gets what is known of them.
 */
async function remembered(view: View, { most, steps }: { readonly most: number; readonly steps: number }, host: Host) {
  const { seen, now } = readPoint(await host.checkpoint.load());
  const batches: (readonly Float32Array[])[] = [...seen];
  let asked = 0;
  let decoded = 0;
  const map = async (points: readonly Float64Array[]) => {
    const known = batches[asked++];
    const before = decoded;
    decoded += points.length;
    if (known?.length === points.length) return known;
    const resumed = asked === seen.length + 1 ? now : undefined;
    const found = await inCompany(
      points.length,
      {
        signal: host.signal,
        progress: (done) => host.progress(before * steps + done, most * steps),
        checkpoint: {
          load: async () => resumed,
          save: (now) => host.checkpoint.save({ seen: [...batches], now }),
        },
      },
      (i, own) => view(Float32Array.from(points[i]!), own),
    );
    batches.push(found);
    host.checkpoint.save({ seen: [...batches] });
    return found;
  };
  return { map, decoded: () => decoded };
}

/** A checkpoint's value as the batches that are finished and the one in progress. */
function readPoint(value: Value | undefined) {
  const { seen, now } = (value ?? {}) as { readonly seen?: Value; readonly now?: Value };
  const whole =
    Array.isArray(seen) &&
    seen.every((batch) => Array.isArray(batch) && batch.every((one) => one instanceof Float32Array));
  return { seen: whole ? (seen as readonly (readonly Float32Array[])[]) : [], now: whole ? now : undefined };
}

const lengthOf = (curve: Curve) => segmentsOf(curve).reduce((sum, length) => sum + length, 0);

function tableOf(slerp: Curve, best: Curve, decoded: number): TableValue {
  const ways = [slerp, best];
  const chord = norm(combined([slerp.seen.at(-1)!, slerp.seen[0]!], [1, -1]));
  return {
    columns: [
      column("way", "text", ways, (_, i) => (i === 0 ? "slerp" : "geodesic")),
      column("length", "number", ways, lengthOf),
      column("energy", "number", ways, energyOf),
      column("chord", "number", ways, () => chord),
      column("longest segment", "number", ways, (way) => Math.max(...segmentsOf(way))),
      column("shortest segment", "number", ways, (way) => Math.min(...segmentsOf(way))),
      column("pictures", "integer", ways, (way) => (way === slerp ? way.points.length : decoded)),
    ],
  };
}

function plotOf(slerp: Curve, best: Curve): PlotValue {
  const [before, after] = [lengthOf(slerp).toFixed(2), lengthOf(best).toFixed(2)];
  return {
    plot: "bar",
    title: `Slerp ${before}, geodesic ${after} long in CLIP's view`,
    xLabel: "segment",
    yLabel: "length",
    categories: segmentsOf(slerp).map((_, k) => String(k + 1)),
    series: [
      { name: "slerp", values: [...segmentsOf(slerp)] },
      { name: "geodesic", values: [...segmentsOf(best)] },
    ],
  };
}
