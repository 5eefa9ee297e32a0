import type { Sight } from "../stages/spaces.ts";
import type { Network } from "./network.ts";
import type { TokenizerDraft } from "./tokenizer.ts";

/** A stage to be: its network, and its section of the manifest less files and role. */
export type StageDraft = { readonly network: Network; readonly section: { readonly [field: string]: unknown } };

/** A pack to be, as a folder describes it. What hashes identify is not known yet, unless another pack has it. */
export type PackDraft = {
  /** What its authors call it, as far as the folder says. */
  readonly title: string;
  /** CLIP spaces, each of the stage that encodes pictures into it, or else of the one that encodes its captions. */
  readonly spaces: {
    readonly [name: string]: {
      readonly id?: string;
      readonly dimension: number;
      readonly image?: Sight;
      readonly text?: string;
    };
  };
  readonly texts: {
    readonly [name: string]: {
      readonly id?: string;
      readonly tokenizer: TokenizerDraft;
      readonly contextLength: number;
      readonly width: number;
    };
  };
  /** Latent spaces, each of the stage that decodes it. */
  readonly latents?: {
    readonly [name: string]: { readonly channels: number; readonly factor: number; readonly scale: number };
  };
  readonly stages: { readonly [name: string]: StageDraft };
  /** What the user should know of the import. */
  readonly notes: readonly string[];
};
