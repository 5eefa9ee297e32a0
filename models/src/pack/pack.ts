import type { Manifest } from "../manifest/manifest.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/** A model pack that has been read and checked. */
export type Pack = {
  readonly folder: string;
  readonly manifest: Manifest;
  /** By the names of the manifest's texts. */
  readonly tokenizers: { readonly [text: string]: Tokenizer };
};
