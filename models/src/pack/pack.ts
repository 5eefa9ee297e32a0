import type { Manifest } from "../manifest/manifest.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/** A model pack that was read and checked. */
export type Pack = {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly tokenizer: Tokenizer;
};
