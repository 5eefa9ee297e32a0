import { named } from "../../fields/named.ts";
import { PackError } from "../../fields/pack-error.ts";
import type { Pack } from "../../pack/pack.ts";
import type { PackDraft } from "../draft.ts";
import { tokenizerOf } from "../tokenizer.ts";
import { clip } from "./clip.ts";

/** What a prior reads: embeddings and states of so many numbers, of captions of so many tokens, or of any number. */
type Captions = { readonly dimension: number; readonly contextLength?: number };

/** Throws PackError if a pack is named for a folder that takes nothing of another. */
export function refuseBeside(like: Pack | undefined, folder: string): void {
  if (!like) return;
  throw new PackError(
    `${folder} has all that its pack needs, and takes nothing of "${like.manifest.name}".`,
    "Leave out --for.",
  );
}

/**
 * The space and the captions of a prior that stands alone, which are those of a text encoder in the pack `like`; `folder` is what messages
 * call the prior. Throws PackError without a pack, or if its captions do not fit.
 */
export async function captionsOf(
  like: Pack | undefined,
  { dimension, contextLength }: Captions,
  folder: string,
): Promise<Pick<PackDraft, "spaces" | "texts" | "notes"> & { readonly contextLength: number }> {
  const length = contextLength === undefined ? "" : ` of ${contextLength} tokens`;
  const wanted = `captions${length} in a space of ${dimension} numbers`;
  if (!like)
    throw new PackError(
      `${folder} is a prior for ${wanted}, and does not say for which text encoder.`,
      "Name the pack that has that text encoder with --for.",
    );
  const { name, stages, spaces, texts } = like.manifest;
  const fitting = Object.values(stages).flatMap((stage) => {
    if (stage.role !== "text-encoder" || stage.space === undefined) return [];
    const [space, text] = [named(spaces, stage.space), named(texts, stage.text)];
    const fits = space.dimension === dimension && text.width === dimension;
    return fits && text.contextLength === (contextLength ?? text.contextLength) ? [{ space, text }] : [];
  });
  const [found] = fitting;
  if (!found)
    throw new PackError(
      `${folder} is a prior for ${wanted}, which the pack "${name}" does not have.`,
      "Name the pack that has the prior's text encoder with --for.",
    );
  return {
    spaces: { [clip]: found.space },
    texts: { [clip]: { ...found.text, tokenizer: await tokenizerOf(like, found.text) } },
    notes: [`It makes image embeddings of the captions of "${name}".`],
    contextLength: found.text.contextLength,
  };
}
