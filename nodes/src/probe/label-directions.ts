import { NodeError, p } from "@clipwork/engine";
import { encodeCaption } from "../clip/encode.ts";
import { noDirection } from "../latent/operands.ts";
import { type Host, requireStage } from "../stage/stage.ts";
import { mean } from "../statistics/mean.ts";
import { combined, dot, unit, type Vector } from "../vectors/vectors.ts";
import { fillTemplate } from "./test-captions.ts";

/** A table has 256 columns at most, and some are not of labels. */
const maxLabels = 250;
/** Pictures that have bars of their own; of more the bars show the mean. */
export const mostSeries = 8;
/** Captions encoded at the same moment: what each leaves in memory is let go before the next ones. */
const most = 64;

/** Parameters of every node that tells pictures apart by labels. */
export const labelParams = {
  pack: p.pack(),
  labels: p.text("What a picture may show, one label per line.", { default: "cube\nsphere", multiline: true }),
  templates: p.text('Captions of a label, one per line, with "{}" in its place; their embeddings are averaged.', {
    default: "a photo of {}",
    multiline: true,
  }),
  logitScale: p.number("What cosines are multiplied by before the softmax; CLIP learns it, up to 100.", {
    default: 100,
    min: 0.01,
    max: 1000,
  }),
} as const;

export type LabelParams = {
  readonly pack: string;
  readonly labels: string;
  readonly templates: string;
  readonly logitScale: number;
};

/** A label and where its captions lie: a direction of length 1. */
export type LabelDirection = { readonly label: string; readonly direction: Float64Array };

/**
 * The direction of each label: the embeddings of its templates, brought to length 1, averaged, and brought to length 1 again (Radford
 * et al. 2021, section 3.1.4). Throws NodeError for fewer than two labels, two that are the same, and a template without a place.
 */
export async function labelDirections(params: LabelParams, host: Host): Promise<readonly LabelDirection[]> {
  const { stage } = requireStage(host.pack(params.pack), "clip-text");
  const labels = linesOf(params.labels);
  const templates = linesOf(params.templates);
  requireLabels(labels);
  requireTemplates(templates);
  const captions = labels.flatMap((label) => templates.map((template) => fillTemplate(template, label)));
  const encoded: Vector[] = [];
  const unknown = new Set<string>();
  for (let from = 0; from < captions.length; from += most) {
    const part = captions.slice(from, from + most);
    const found = await Promise.all(
      part.map((caption) => encodeCaption(caption, { pack: params.pack, text: stage.text }, host)),
    );
    encoded.push(...found.map(({ embedding }) => embedding.embedding));
    for (const { tokens } of found) for (const word of tokens.unknownWords) unknown.add(word);
    host.progress(encoded.length, captions.length);
  }
  if (unknown.size > 0) {
    const words = [...unknown].map((word) => JSON.stringify(word)).join(", ");
    host.notice(
      `The pack "${params.pack}" was not trained on ${words}, so probabilities of labels with them mean little.`,
    );
  }
  return labels.map((label, i) => ({
    label,
    direction: meanDirection(encoded.slice(i * templates.length, (i + 1) * templates.length), label),
  }));
}

/** The mean of directions, of length 1. Throws NodeError if one of them, or their mean, is all zeros. */
export function meanDirection(vectors: readonly Vector[], label: string): Float64Array {
  const units = vectors.map((vector) => unit(vector));
  const whole = units.filter((vector) => vector !== undefined);
  const direction = unit(
    combined(
      whole,
      whole.map(() => 1 / whole.length),
    ),
  );
  if (whole.length === units.length && direction) return direction;
  throw noDirection(`The embedding of the label "${label}"`);
}

/** The share of each label in the softmax of logitScale · cosine. Throws NodeError for an image embedding of zeros, or of another size. */
export function labelProbabilities(
  image: Vector,
  directions: readonly LabelDirection[],
  logitScale: number,
): readonly number[] {
  const size = directions[0]!.direction.length;
  if (image.length !== size)
    throw new NodeError(
      `The image embedding has ${image.length} numbers, but those of captions have ${size}.`,
      "Give embeddings of one CLIP space.",
    );
  const seen = unit(image);
  if (!seen) throw noDirection("The image embedding");
  const logits = directions.map(({ direction }) => logitScale * dot(seen, direction));
  const largest = Math.max(...logits);
  const odds = logits.map((logit) => Math.exp(logit - largest));
  const total = odds.reduce((sum, value) => sum + value, 0);
  return odds.map((value) => value / total);
}

/** The mean of each label's share over pictures. */
export function meanShares(rows: readonly (readonly number[])[]): readonly number[] {
  return rows[0]!.map((_, i) => mean(Float64Array.from(rows, (row) => row[i]!)));
}

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function requireLabels(labels: readonly string[]): void {
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (labels.length < 2 || labels.length > maxLabels)
    throw new NodeError(
      `"labels" has ${labels.length === 1 ? "1 line" : `${labels.length} lines`}; it takes 2 to ${maxLabels}.`,
      "Write one label a line.",
    );
  if (twice !== undefined) throw new NodeError(`The label "${twice}" stands there twice.`, "Remove one of the two.");
}

function requireTemplates(templates: readonly string[]): void {
  if (templates.length === 0)
    throw new NodeError('"templates" is empty.', 'Write one a line, such as "a photo of {}".');
}
