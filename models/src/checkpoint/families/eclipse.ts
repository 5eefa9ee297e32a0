import { join } from "node:path";
import { named } from "../../fields/named.ts";
import { PackError } from "../../fields/pack-error.ts";
import type { Pack } from "../../pack/pack.ts";
import type { PackDraft } from "../draft.ts";
import { openNetwork } from "../network.ts";
import { numberOf } from "../read-json.ts";
import type { TemplateLibrary } from "../template.ts";
import { tokenizerOf } from "../tokenizer.ts";
import { clip } from "./clip.ts";

/** The text's embedding, the noise, and the token that becomes the image embedding: there is none for a timestep. */
const tokensBesideText = 3;

/**
 * ECLIPSE's prior (Patel et al. 2024), which makes an image embedding of a caption in one call. Its folder has no text encoder and does
 * not say whose captions it reads: the pack `like` does. Throws PackError without one, or if its captions do not fit.
 */
export async function eclipse(library: TemplateLibrary, folder: string, like: Pack | undefined): Promise<PackDraft> {
  const network = await openNetwork(library, folder, "prior");
  const number = (field: string) => numberOf(network.config, field, join(folder, "config.json"));
  if (number("additional_embeddings") !== tokensBesideText)
    throw new PackError(
      `${folder} is a prior that is sampled, without the scheduler that belongs to it.`,
      "Name the folder above it, which holds all parts of the checkpoint.",
    );
  const [dimension, contextLength] = [number("embedding_dim"), number("num_embeddings")];
  const wanted = `captions of ${contextLength} tokens in a space of ${dimension} numbers`;
  if (!like)
    throw new PackError(
      `${folder} is a prior for ${wanted}, and does not say for which text encoder.`,
      "Name the pack that has that text encoder with --for.",
    );
  const { name, stages, spaces, texts } = like.manifest;
  const fitting = Object.values(stages).flatMap((stage) => {
    if (stage.role !== "text-encoder" || stage.space === undefined) return [];
    const [space, text] = [named(spaces, stage.space), named(texts, stage.text)];
    const fits = space.dimension === dimension && text.width === dimension && text.contextLength === contextLength;
    return fits ? [{ space, text }] : [];
  });
  const [found] = fitting;
  if (!found)
    throw new PackError(
      `${folder} is a prior for ${wanted}, which the pack "${name}" does not have.`,
      "Name the pack that has the prior's text encoder with --for.",
    );
  return {
    title: "ECLIPSE",
    spaces: { [clip]: found.space },
    texts: { [clip]: { ...found.text, tokenizer: await tokenizerOf(like, found.text) } },
    stages: { prior: { network, section: { space: clip, text: clip, scheduler: "once" } } },
    notes: [`It makes image embeddings of the captions of "${name}".`],
  };
}
