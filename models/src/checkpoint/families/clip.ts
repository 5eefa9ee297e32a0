import { join } from "node:path";
import type { Sight } from "../../stages/spaces.ts";
import type { PackDraft } from "../draft.ts";
import { type Network, openNetworks } from "../network.ts";
import { numberOf, readJson } from "../read-json.ts";
import { readSight } from "../sight.ts";
import type { TemplateLibrary } from "../template.ts";
import { readTokenizer, type TokenizerDraft } from "../tokenizer.ts";

/** What a CLIP is called in an imported pack that has one. */
export const clip = "clip";

type Parts = Pick<PackDraft, "spaces" | "texts" | "stages">;

/** The two towers of CLIP as parts of a pack, from their networks and what stands beside them; either may be missing. */
export async function clipParts(given: {
  readonly text?: Network;
  /** The text encoder's tokenizer, or the folder that it is in. */
  readonly tokenizer: string | TokenizerDraft;
  readonly image?: Network;
  /** How pictures are prepared, or the file of transformers that says so. */
  readonly preprocessor?: string | Sight;
}): Promise<Parts> {
  const { text, image, tokenizer, preprocessor = "" } = given;
  const network = (text ?? image)!;
  const dimension = numberOf(network.config, "projection_dim", join(network.folder, "config.json"));
  const sight = image && (typeof preprocessor === "string" ? await sightOf(image, preprocessor) : preprocessor);
  return {
    spaces: { [clip]: { dimension, ...(sight ? { image: sight } : {}), ...(text ? { text: clip } : {}) } },
    texts: text
      ? {
          [clip]: {
            tokenizer: typeof tokenizer === "string" ? await readTokenizer(tokenizer) : tokenizer,
            contextLength: numberOf(text.config, "max_position_embeddings", text.folder),
            width: numberOf(text.config, "hidden_size", text.folder),
          },
        }
      : {},
    stages: {
      ...(text ? { "clip-text": { network: text, section: { text: clip, space: clip } } } : {}),
      ...(image ? { "clip-image": { network: image, section: { space: clip } } } : {}),
    },
  };
}

const sightOf = async ({ config, folder }: Network, file: string) =>
  readSight(await readJson(file), numberOf(config, "image_size", folder), file);

/** A folder of transformers with CLIP alone: both towers, or one. */
export async function clipAlone(library: TemplateLibrary, folder: string, className: string): Promise<PackDraft> {
  const roles = [
    ...(className.includes("Vision") ? [] : ["text-encoder"]),
    ...(className.includes("Text") ? [] : ["image-encoder"]),
  ];
  const { "text-encoder": text, "image-encoder": image } = (await openNetworks(library, folder, roles)) as {
    readonly [role: string]: Network | undefined;
  };
  const preprocessor = join(folder, "preprocessor_config.json");
  const parts = await clipParts({
    ...{ tokenizer: folder, preprocessor },
    ...(text ? { text } : {}),
    ...(image ? { image } : {}),
  });
  return { title: "CLIP", ...parts, notes: [] };
}
