import { drawBucket } from "./draw-bucket.ts";

/** What determines one drawing of codes. */
export type CodeDrawing = {
  /** Tokens of a caption, T. */
  readonly captionLength: number;
  /** Codes of an embedding, K. */
  readonly codes: number;
  /** 1 + K numbers between 0 and 1. */
  readonly uniforms: Float64Array;
  readonly temperature: number;
  /** Of z_i · z_t alone; the codes are drawn from the whole of their distributions. */
  readonly topFraction: number;
  /** Logits of what follows the last of `tokens`, which stand at `position` and the places behind it. */
  readonly predict: (tokens: Int32Array, position: number) => Promise<Float32Array>;
  /** What was drawn before, where a drawing goes on; `predict` then knows the places of all but the last. */
  readonly from?: Int32Array | undefined;
  /** Called after each draw, with all that were drawn. */
  readonly onDraw: (drawn: Int32Array) => void;
  readonly signal: AbortSignal;
};

/**
 * The bucket of z_i · z_t and then the K codes, [1 + K], each drawn from what the network makes of those before it. The first call is
 * for the caption and its embedding, T + 1 places, every other one for one place. Stops at the next code when aborted.
 */
export async function drawCodes(drawing: CodeDrawing): Promise<Int32Array> {
  const { captionLength, codes, uniforms, temperature, topFraction, predict, from, onDraw, signal } = drawing;
  const drawn = [...(from ?? [])];
  while (drawn.length <= codes) {
    signal.throwIfAborted();
    const last = drawn.at(-1);
    const logits =
      last === undefined
        ? await predict(new Int32Array(captionLength + 1), 0)
        : await predict(Int32Array.of(last), captionLength + drawn.length);
    const settings = { temperature, topFraction: last === undefined ? topFraction : 1 };
    drawn.push(drawBucket(logits, uniforms[drawn.length]!, settings));
    onDraw(Int32Array.from(drawn));
  }
  return Int32Array.from(drawn);
}
