import { named } from "../fields/named.ts";
import { PackError } from "../fields/pack-error.ts";
import { declaredFeeds } from "../runner/declared-feeds.ts";
import type { Tensor, Tensors } from "../runner/tensor.ts";
import { formatName, type PortInfo, type StagePath } from "./protocol.ts";

const remedy = "Check the inputs of the node that made the call, and that the pack follows docs/pack-format.md.";

const typeOf = ({ data }: Tensor) => (data instanceof Int32Array ? "int32" : "float32");

/**
 * The feeds of a graph under its own names, taken from everything the call offers. Throws PackError if a feed is missing,
 * has another type, or another size in a dimension that is a number. A named dimension may have any size, but the same size
 * wherever the name appears.
 */
export function graphFeeds(
  offered: Tensors,
  inputs: readonly PortInfo[],
  at: StagePath,
): (readonly [ownName: string, feed: Tensor])[] {
  const { pack, stage } = at;
  const where = `stage "${stage}" of pack "${pack}"`;
  const names = inputs.map(({ name }) => formatName(name, at));
  const feeds = declaredFeeds({ pack, stage, feeds: offered }, names);
  const sizes = new Map<string, number>();
  return inputs.map(({ name: ownName, type, shape }) => {
    const name = formatName(ownName, at);
    const feed = named(feeds, name);
    const actual = typeOf(feed);
    if (actual !== type) throw new PackError(`Input "${name}" of ${where} is ${actual}, but must be ${type}.`, remedy);
    const fits =
      feed.shape.length === shape.length &&
      shape.every((size, axis) => {
        const got = feed.shape[axis]!;
        if (typeof size === "number") return got === size;
        const known = sizes.get(size) ?? got;
        sizes.set(size, known);
        return got === known;
      });
    if (!fits) {
      const wanted = shape.map((size) => (typeof size === "string" ? (sizes.get(size) ?? size) : size)).join(", ");
      const message = `Input "${name}" of ${where} has the shape [${feed.shape.join(", ")}], but must have [${wanted}].`;
      throw new PackError(message, remedy);
    }
    return [ownName, feed];
  });
}

/** Throws PackError if an output is not float32 with the given rows along axis 0. */
export function checkOutputs(outputs: Tensors, rows: number, { pack, stage }: StagePath): void {
  for (const [name, { shape, data }] of Object.entries(outputs)) {
    if (data instanceof Float32Array && shape[0] === rows) continue;
    const message = `Output "${name}" of stage "${stage}" of pack "${pack}" has the shape [${shape.join(", ")}] or a type other than float32, but ${rows} rows of float32 were due.`;
    throw new PackError(message, "Export the pack again as docs/pack-format.md says.");
  }
}
