import { PackError } from "../manifest/pack-error.ts";
import type { Tensor, Tensors } from "../runner/tensor.ts";
import type { PortInfo, StagePath } from "./protocol.ts";

const remedy = "Check the inputs of the node that made the call, and that the pack follows docs/pack-format.md.";

const typeOf = ({ data }: Tensor) => (data instanceof Int32Array ? "int32" : "float32");
const describe = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

/**
 * Throws PackError where the feeds are not those that the model declares: names, types, and every dimension that is a
 * number. A dimension with a name may have any size, but the same wherever the name stands.
 */
export function checkFeeds(feeds: Tensors, inputs: readonly PortInfo[], { pack, stage }: StagePath): void {
  const where = `stage "${stage}" of pack "${pack}"`;
  const names = inputs.map(({ name }) => name);
  const extra = Object.keys(feeds).filter((name) => !names.includes(name));
  const missing = names.filter((name) => !Object.hasOwn(feeds, name));
  if (extra.length > 0 || missing.length > 0) {
    const wrong = missing.length > 0 ? `misses ${describe(missing)}` : `does not take ${describe(extra)}`;
    throw new PackError(`The call of ${where} ${wrong}; its inputs are ${describe(names)}.`, remedy);
  }
  const sizes = new Map<string, number>();
  for (const { name, type, shape } of inputs) {
    const feed = feeds[name]!;
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
  }
}

/** Throws PackError where an output is not float32 with the given rows along axis 0. */
export function checkOutputs(outputs: Tensors, rows: number, { pack, stage }: StagePath): void {
  for (const [name, { shape, data }] of Object.entries(outputs)) {
    if (data instanceof Float32Array && shape[0] === rows) continue;
    const message = `Output "${name}" of stage "${stage}" of pack "${pack}" has the shape [${shape.join(", ")}] or a type other than float32, but ${rows} rows of float32 were due.`;
    throw new PackError(message, "Export the pack again as docs/pack-format.md says.");
  }
}
