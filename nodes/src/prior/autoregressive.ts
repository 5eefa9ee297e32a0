import { NodeError, optional, p, type Value } from "@clipwork/engine";
import type { AutoregressivePrior, Tensors } from "@clipwork/models";
import { encodeWithNotices } from "../clip/caption-notices.ts";
import { captionFeeds } from "../clip/encode.ts";
import { decodeCodes } from "../codes/codebook.ts";
import { drawCodes } from "../codes/draw-codes.ts";
import { uniform } from "../diffusion/philox.ts";
import { guidanceOr, predictGuided } from "../guidance/predict-guided.ts";
import { t } from "../kinds/t.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { codebookArrays, readCodebook } from "../stage/codebook.ts";
import { defineNode } from "../stage/services.ts";
import { output, requireStage, row } from "../stage/stage.ts";
import { embeddingPreview } from "./embedding-preview.ts";

const part = "autoregressive-prior";

export const autoregressivePrior = defineNode({
  type: "prior.autoregressive",
  version: 1,
  title: "Autoregressive prior",
  summary: "Draws a CLIP image embedding that fits a caption, one code of its principal components after another.",
  inputs: {
    text: t.textEmbedding("The caption.", part),
    guidance: optional(t.guidance("How strongly to follow the caption; if not linked, the pack's default.")),
  },
  outputs: {
    embedding: t.imageEmbedding("An image embedding for the decoder: that of the codes.", part),
    codes: t.codes("The codes that were drawn, to be looked at, edited or decoded."),
  },
  params: {
    pack: p.pack(),
    seed: p.seed(),
    temperature: p.number(
      "Below 1 likelier codes are drawn more often, above 1 less often; 0 takes the likeliest; empty takes the pack's default.",
      { default: null, min: 0, max: 10 },
    ),
    topFraction: p.number(
      "How well to fit the caption: the fit, as CLIP measures it, is drawn from this share of the best; empty takes the pack's default.",
      { default: null, min: 0.01, max: 1 },
    ),
  },
  stages: [part],
  optionalStages: ["clip-text"],
  arrays: codebookArrays,
  async run(inputs, params, host) {
    const { pack, seed } = params;
    const { name, stage } = requireStage(host.pack(pack), part);
    const book = await readCodebook(pack, host);
    if (book.codes !== stage.codes || book.buckets !== stage.buckets)
      throw new NodeError(
        `The pack "${pack}" draws ${stage.codes} codes of ${stage.buckets} buckets, but its arrays have ${book.codes} of ${book.buckets}.`,
        "Export the pack's arrays again, or choose another pack.",
      );
    const show = await embeddingPreview(pack, book.basis.mean.length, host);
    const captionLength = inputs.text.mask.length;
    const places = captionLength + 1 + stage.codes;
    const { scale, negative, course } = guidanceOr(inputs.guidance, stage);
    if (course) host.notice("The guidance's interval and schedule change nothing: this prior has no noise schedule.");
    const conditional = rowOf(inputs.text, 1, stage, places);
    const unguided = async () => {
      const { embedding } = await encodeWithNotices(negative, { pack, text: stage.text }, host, "negative caption");
      return rowOf(embedding, negative === "" ? 0 : 1, stage, places);
    };
    const unconditional = scale === 1 ? undefined : await unguided();
    const rows = unconditional ? [conditional, unconditional] : [conditional];

    const from = readPoint(await host.checkpoint.load(), rows, stage);
    for (const [i, { past }] of rows.entries()) if (from) past.set(from.past[i]!);
    const steps = 1 + stage.codes;
    if (from) host.progress(from.drawn.length, steps);

    const drawn = await drawCodes({
      captionLength,
      codes: stage.codes,
      uniforms: uniform(seed, part, 0, steps),
      temperature: params.temperature ?? stage.defaults.temperature,
      topFraction: params.topFraction ?? stage.defaults.topFraction,
      predict(tokens, position) {
        const ask = async ({ conditioning, past }: Row) => {
          const feeds = {
            ...conditioning,
            codes: row(tokens, tokens.length),
            position: row(Float32Array.of(position)),
            past: row(past, 2 * stage.layers, places, stage.width),
          };
          const outputs = await host.models.run({ pack, stage: name, feeds, signal: host.signal });
          remember(past, output(outputs, "present"), position, places, stage.width);
          return output(outputs, "logits");
        };
        return predictGuided(ask, { conditional, unconditional }, scale, stage.buckets);
      },
      from: from?.drawn,
      onDraw(drawn) {
        if (drawn.length < steps) host.checkpoint.save({ drawn, past: rows.map(({ past }) => past.slice()) });
        host.progress(drawn.length, steps);
        show({ embedding: decodeCodes(book, drawn.subarray(1)) });
      },
      signal: host.signal,
    });
    const codes = drawn.slice(1);
    return { embedding: { embedding: decodeCodes(book, codes) }, codes: { codes, buckets: stage.buckets } };
  },
});

/** One row of the network's calls: what it is conditioned on, and the keys and values [2L, P, w] of the places so far. */
type Row = { readonly conditioning: Tensors; readonly past: Float32Array };

function rowOf(caption: TextEmbeddingValue, keep: 0 | 1, { layers, width }: AutoregressivePrior, places: number): Row {
  const conditioning = { ...captionFeeds(caption), keep_text: row(Float32Array.of(keep)) };
  return { conditioning, past: new Float32Array(2 * layers * places * width) };
}

/** Puts `present` [2L, M, w] into `past` [2L, P, w] from `position` on. */
function remember(past: Float32Array, present: Float32Array, position: number, places: number, width: number): void {
  const layers = past.length / (places * width);
  const length = present.length / layers;
  for (let layer = 0; layer < layers; layer++)
    past.set(present.subarray(layer * length, (layer + 1) * length), (layer * places + position) * width);
}

type Point = { readonly drawn: Int32Array; readonly past: readonly Float32Array[] };

/** A checkpoint's value as a point of this drawing, or undefined if it is not one. */
function readPoint(value: Value | undefined, rows: readonly Row[], stage: AutoregressivePrior): Point | undefined {
  const { drawn, past } = (value ?? {}) as { readonly drawn?: Value; readonly past?: Value };
  if (!(drawn instanceof Int32Array) || drawn.length < 1 || drawn.length > stage.codes) return undefined;
  if (drawn.some((bucket) => bucket < 0 || bucket >= stage.buckets)) return undefined;
  if (!Array.isArray(past) || past.length !== rows.length) return undefined;
  const fits = past.every((one, i) => one instanceof Float32Array && one.length === rows[i]!.past.length);
  return fits ? { drawn, past: past as readonly Float32Array[] } : undefined;
}
