import { join } from "node:path";
import { PackError } from "../../fields/pack-error.ts";
import type { Pack } from "../../pack/pack.ts";
import type { ImageNoise } from "../../stages/image-noise.ts";
import type { PackDraft, StageDraft } from "../draft.ts";
import { openNetwork } from "../network.ts";
import { numberOf } from "../read-json.ts";
import type { TemplateLibrary } from "../template.ts";
import { readTokenizer } from "../tokenizer.ts";
import { autoencoderParts, latentSample } from "./autoencoder.ts";
import { clip, clipParts } from "./clip.ts";
import { readStatistics } from "./image-normaliser.ts";
import { priorPart, readScheduler } from "./sampled.ts";

/** What the captions of the decoder are called, whose encoder is another than that of CLIP's space. */
const caption = "decoder-text";

/** Steps and guidance that diffusers' pipelines take. */
const defaults = { steps: 20, guidanceScale: 10 };

/** The largest latents that are painted, in multiples of what the U-Net halves: pictures of 1536 pixels, twice what it was trained for. */
const most = 24;

/**
 * A folder of diffusers' StableUnCLIPImg2ImgPipeline, with the image encoder of CLIP, or of StableUnCLIPPipeline, with a prior and the
 * text encoder that it reads instead. Either has Stable Diffusion's text encoder, U-Net and autoencoder, and statistics of CLIP's
 * embeddings, by which they are noised. Its image embeddings lie in the space of the pack `like`, if one is named: a prior of that pack can
 * then be linked. Throws PackError if that pack has no space of as many numbers.
 */
export async function stableUnclip(
  library: TemplateLibrary,
  folder: string,
  { components, like }: { readonly components: ReadonlySet<string>; readonly like?: Pack | undefined },
): Promise<PackDraft> {
  const open = (component: string, role: string) => openNetwork(library, join(folder, component), role);
  const has = (component: string) => components.has(component);
  const parts = await clipParts({
    ...(has("prior_text_encoder") ? { text: await open("prior_text_encoder", "text-encoder") } : {}),
    tokenizer: join(folder, "prior_tokenizer"),
    ...(has("image_encoder")
      ? {
          image: await open("image_encoder", "image-encoder"),
          preprocessor: join(folder, "feature_extractor", "preprocessor_config.json"),
        }
      : {}),
  });
  const space = parts.spaces[clip]!;
  const text = await open("text_encoder", "text-encoder");
  const vae = await autoencoderParts(library, folder, "vae");
  const stages: { [name: string]: StageDraft } = { ...parts.stages };
  stages[caption] = { network: text, section: { text: caption } };
  if (has("prior")) stages.prior = await priorPart(library, folder, "prior_scheduler");
  const unet = await open("unet", "denoiser");
  stages.decoder = {
    network: unet,
    section: {
      ...{ space: clip, text: caption, latent: "vae" },
      sample: latentSample(unet, vae.channels, most),
      scheduler: await readScheduler(join(folder, "scheduler")),
      defaults,
      imageNoise: await imageNoise(folder, space.dimension),
    },
  };
  return {
    title: "Stable unCLIP",
    spaces: like ? { [clip]: { ...space, id: spaceOf(like, space.dimension, folder) } } : parts.spaces,
    texts: {
      ...parts.texts,
      [caption]: {
        tokenizer: await readTokenizer(join(folder, "tokenizer")),
        contextLength: numberOf(text.config, "max_position_embeddings", text.folder),
        width: numberOf(text.config, "hidden_size", text.folder),
      },
    },
    latents: vae.latents,
    stages: { ...stages, ...vae.stages },
    notes: has("prior")
      ? []
      : ['Link "embedding.noise" before the decoder, as its authors do: it adds noise even at level 0.'],
  };
}

/** The id of the pack's CLIP space of that dimension. */
function spaceOf({ manifest: { name, spaces } }: Pack, dimension: number, folder: string): string {
  const found = Object.values(spaces).find((space) => space.dimension === dimension);
  if (found) return found.id;
  throw new PackError(
    `${folder} paints image embeddings of ${dimension} numbers, and the pack "${name}" has none of them.`,
    "Name the pack whose prior makes them with --for, or leave --for out.",
  );
}

async function imageNoise(folder: string, dimension: number): Promise<ImageNoise> {
  const { betas, trainTimesteps } = await readScheduler(join(folder, "image_noising_scheduler"));
  return { trainTimesteps, betas, ...(await readStatistics(join(folder, "image_normalizer"), dimension)) };
}
