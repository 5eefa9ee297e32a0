import { join } from "node:path";
import { PackError } from "../../fields/pack-error.ts";
import type { Pack } from "../../pack/pack.ts";
import type { PackDraft } from "../draft.ts";
import { openDescribed } from "../network.ts";
import { readOpenClipConfig } from "../open-clip-config.ts";
import { findJson } from "../read-json.ts";
import type { TemplateLibrary } from "../template.ts";
import { readTokenizer, type TokenizerDraft, tokenizerOf } from "../tokenizer.ts";
import { refuseBeside } from "./captions.ts";
import { clipParts } from "./clip.ts";

/** What a folder of open_clip has in place of `config.json`. */
export const openClipFile = "open_clip_config.json";

/** The two towers in a folder of open_clip, by role, and how it prepares pictures. */
export async function openClipNetworks(library: TemplateLibrary, folder: string) {
  const path = join(folder, openClipFile);
  const { text, image, sight } = await readOpenClipConfig(path);
  const configs = { "text-encoder": text, "image-encoder": image };
  return { networks: await openDescribed(library, folder, { path, className: "CLIPModel", configs }), sight };
}

/**
 * A folder of open_clip (Ilharco et al. 2021): a CLIP in one file. Folders made before 2023 have no tokenizer, for theirs is always
 * CLIP's: it is then taken of the pack `like`. Throws PackError if that has none of as many tokens, or if it is named
 * for a folder that has its own.
 */
export async function openClip(library: TemplateLibrary, folder: string, like: Pack | undefined): Promise<PackDraft> {
  const { networks, sight } = await openClipNetworks(library, folder);
  const { "text-encoder": text, "image-encoder": image } = networks;
  const own = (await findJson(join(folder, "tokenizer.json"))) ?? (await findJson(join(folder, "vocab.json")));
  const tokens = text.config.vocab_size as number;
  if (own) refuseBeside(like, folder);
  const tokenizer = own ? await readTokenizer(folder) : await borrowed(like, tokens, folder);
  return { title: "CLIP", ...(await clipParts({ text, tokenizer, image, preprocessor: sight })), notes: [] };
}

async function borrowed(like: Pack | undefined, tokens: number, folder: string): Promise<TokenizerDraft> {
  if (!like)
    throw new PackError(
      `${folder} has no tokenizer: neither tokenizer.json nor vocab.json.`,
      "Name a pack with CLIP's tokenizer with --for, or put the tokenizer's files into the folder.",
    );
  for (const text of Object.values(like.manifest.texts)) {
    const tokenizer = await tokenizerOf(like, text);
    const { model } = tokenizer.json as { readonly model?: { readonly vocab?: object } };
    if (Object.keys(model?.vocab ?? {}).length === tokens) return tokenizer;
  }
  throw new PackError(
    `${folder} is a CLIP of ${tokens} tokens, for which the pack "${like.manifest.name}" has no tokenizer.`,
    "Name a pack with that tokenizer with --for.",
  );
}
