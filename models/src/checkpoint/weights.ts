import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { PackError } from "../fields/pack-error.ts";
import { weightStems } from "../pack/weight-stems.ts";
import { chooseWeights, fromPickle } from "./choose-weights.ts";
import { readJson } from "./read-json.ts";
import { readTensorFile, type StoredTensor } from "./tensor-file.ts";

/** The weights of one network as they were published. */
export type Weights = {
  /** Absolute paths, in the order of their names. */
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
};

/**
 * The weights of the network in a folder: one `.safetensors` file, or shards with their index; those of full precision if there
 * are several. Only headers are read. Throws PackError if there are none, only a pickle, or a file is wrong.
 */
export async function findWeights(folder: string): Promise<Weights> {
  const choice = chooseWeights(new Set(await readdir(folder)));
  if (choice?.kind === "file") return readWhole([join(folder, choice.name)]);
  if (choice?.kind === "shards") return readShards(folder, choice.index);
  if (choice?.kind === "pickle") {
    throw new PackError(
      `The weights in ${folder} are a pickle, ${choice.name}, which may carry code and is not opened.`,
      `Make safetensors of it: ${fromPickle(join(folder, choice.name))}`,
    );
  }
  throw new PackError(
    `${folder} has no weights: no file that ends in .safetensors is one of ${weightStems.map((stem) => `${stem}.safetensors`).join(", ")}.`,
    "Download the whole folder again.",
  );
}

async function readWhole(files: readonly string[]): Promise<Weights> {
  const tensors = new Map<string, StoredTensor>();
  for (const file of files) {
    for (const [name, tensor] of await readTensorFile(file)) {
      const other = tensors.get(name);
      if (other)
        throw new PackError(
          `${JSON.stringify(name)} is both in ${other.file} and in ${basename(file)}.`,
          "Download the files again.",
        );
      tensors.set(name, tensor);
    }
  }
  return { files, tensors };
}

/** The shards that an index names, each tensor in the file where the index says it is. */
async function readShards(folder: string, index: string): Promise<Weights> {
  const path = join(folder, index);
  const refuse = (reason: string): never => {
    throw new PackError(`${path} ${reason}.`, "Download the folder again.");
  };
  const { weight_map: map } = await readJson(path);
  if (typeof map !== "object" || map === null) return refuse('has no "weight_map"');
  const places = Object.entries(map as Record<string, unknown>);
  const shards = [...new Set(places.map(([, file]) => file))].sort() as string[];
  const present = new Set(await readdir(folder));
  for (const shard of shards) {
    if (typeof shard !== "string" || basename(shard) !== shard || !shard.endsWith(".safetensors"))
      refuse(`names ${JSON.stringify(shard)}, which is not the name of a .safetensors file beside it`);
    if (!present.has(shard)) refuse(`names ${shard}, which is not there`);
  }
  const weights = await readWhole(shards.map((shard) => join(folder, shard)));
  for (const [name, shard] of places) {
    const stored = weights.tensors.get(name);
    if (stored === undefined || basename(stored.file) !== shard)
      refuse(`says that ${JSON.stringify(name)} is in ${shard}, where it is not`);
  }
  const listed = new Set(places.map(([name]) => name));
  const extra = [...weights.tensors.keys()].find((name) => !listed.has(name));
  if (extra !== undefined) refuse(`does not name ${JSON.stringify(extra)}, which its files have`);
  return weights;
}
