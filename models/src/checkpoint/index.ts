export {
  chooseWeights,
  fromPickle,
  type WeightVariant,
} from "./choose-weights.ts";
export type { EncodeImage } from "./families/kandinsky-decoder.ts";
export { openClipFile } from "./families/open-clip.ts";
export { type Imported, type ImportOptions, importFolder } from "./import-folder.ts";
export { readLicence } from "./licence.ts";
export type { Placing } from "./place-weights.ts";
export { importable } from "./recognise.ts";
