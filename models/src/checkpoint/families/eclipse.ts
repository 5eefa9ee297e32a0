import { join } from "node:path";
import { PackError } from "../../fields/pack-error.ts";
import type { Pack } from "../../pack/pack.ts";
import type { PackDraft } from "../draft.ts";
import { openNetwork } from "../network.ts";
import { numberOf } from "../read-json.ts";
import type { TemplateLibrary } from "../template.ts";
import { captionsOf } from "./captions.ts";
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
  const { spaces, texts, notes } = await captionsOf(like, { dimension, contextLength }, folder);
  return {
    title: "ECLIPSE",
    stages: { prior: { network, section: { space: clip, text: clip, scheduler: "once" } } },
    ...{ spaces, texts, notes },
  };
}
