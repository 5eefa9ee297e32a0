import { join } from "node:path";
import type { PackDraft } from "../draft.ts";
import { type Network, openNetworks } from "../network.ts";
import { numberOf, readJson } from "../read-json.ts";
import { readSight } from "../sight.ts";
import type { TemplateLibrary } from "../template.ts";
import { readTokenizer } from "../tokenizer.ts";

/** What a CLIP is called in an imported pack that has one. */
export const clip = "clip";

type Parts = Pick<PackDraft, "spaces" | "texts" | "stages">;

/** The two towers of CLIP as parts of a pack, from their networks and what stands beside them; either may be missing. */
export async function clipParts(given: {
  readonly text?: Network;
  /** The folder of the text encoder's tokenizer. */
  readonly tokenizer: string;
  readonly image?: Network;
  /** The file that says how pictures are prepared. */
  readonly preprocessor?: string;
}): Promise<Parts> {
  const { text, image } = given;
  const network = (text ?? image)!;
  const dimension = numberOf(network.config, "projection_dim", join(network.folder, "config.json"));
  const preprocessor = given.preprocessor ?? "";
  const sight =
    image && readSight(await readJson(preprocessor), numberOf(image.config, "image_size", image.folder), preprocessor);
  return {
    spaces: { [clip]: { dimension, ...(sight ? { image: sight } : {}), ...(text ? { text: clip } : {}) } },
    texts: text
      ? {
          [clip]: {
            tokenizer: await readTokenizer(given.tokenizer),
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
