import { weightStems } from "../pack/weight-stems.ts";

/** How the weights of one network lie in their folder: a file, shards with their index, or only a pickle. */
export type WeightsChoice =
  | { readonly kind: "file"; readonly name: string }
  | { readonly kind: "shards"; readonly index: string }
  | { readonly kind: "pickle"; readonly name: string };

/** Weights of 16 bits have a name of their own beside those of 32. */
export const weightVariants = ["fp16", "bf16"] as const;
export type WeightVariant = (typeof weightVariants)[number];

/**
 * Which of the files of a network's folder, by their names, hold its weights: those of full precision if there are several, or those of
 * `first` if it is given and they are there. Undefined if none is a file of weights.
 */
export function chooseWeights(names: ReadonlySet<string>, first?: WeightVariant): WeightsChoice | undefined {
  const endings = weightVariants.map((variant) => `.${variant}`);
  const preferred = first === undefined ? [] : [`.${first}`];
  for (const ending of new Set([...preferred, "", ...endings])) {
    for (const stem of weightStems) {
      const name = `${stem}${ending}.safetensors`;
      if (names.has(name)) return { kind: "file", name };
      const index = [`${stem}.safetensors.index${ending}.json`, `${stem}${ending}.safetensors.index.json`];
      const found = index.find((name) => names.has(name));
      if (found !== undefined) return { kind: "shards", index: found };
    }
  }
  const other = [...names].filter((name) => name.endsWith(".safetensors"));
  if (other.length === 1) return { kind: "file", name: other[0]! };
  const pickle = [...names].find((name) => /\.(bin|pth|pt|ckpt)$/.test(name));
  return pickle === undefined ? undefined : { kind: "pickle", name: pickle };
}

/** The command that makes `.safetensors` of a pickle. */
export const fromPickle = (path: string): string => `python -m training.export.safetensors_of ${JSON.stringify(path)}`;
