import { join } from "node:path";
import { named } from "../../fields/named.ts";
import { PackError } from "../../fields/pack-error.ts";
import type { Pack } from "../../pack/pack.ts";
import type { Space } from "../../stages/spaces.ts";
import { shortest } from "../beside.ts";
import type { PackDraft, StageDraft } from "../draft.ts";
import { openNetwork } from "../network.ts";
import { numberOf } from "../read-json.ts";
import type { TemplateLibrary } from "../template.ts";
import { readTokenizer } from "../tokenizer.ts";
import { autoencoderParts, latentSample } from "./autoencoder.ts";
import { clip } from "./clip.ts";
import { readScheduler } from "./sampled.ts";

/** Steps and guidance that Kandinsky's authors take (ai-forever/Kandinsky-2, `generate_text2img`). */
const defaults = { steps: 50, guidanceScale: 4 };

/** The largest latents that are painted, in multiples of what the U-Net halves: pictures of 2048 pixels, four times what it was trained for. */
const most = 32;

/** What 2.1's decoder reads beside the image: captions of many languages, cut to as many tokens as diffusers' pipeline cuts them to. */
const caption = "decoder-text";
const captionLength = 77;

/** A picture's embedding by an image encoder of a pack: `pixels` are planar [3, side, side], as the encoder takes them. */
export type EncodeImage = (pack: Pack, stage: string, pixels: Float32Array, side: number) => Promise<Float32Array>;

/**
 * A folder of diffusers' KandinskyV22Pipeline: the U-Net that paints latents from an image embedding, and MoVQ. That of 2.1's
 * KandinskyPipeline has a text encoder too, which puts captions into the same CLIP space. Neither says in which
 * one: the pack `like`, that of the prior, does, and its image encoder, if networks are run, makes the embedding that stands for no
 * image, which is that of a picture of zeros. Throws PackError without such a pack.
 */
export async function kandinskyDecoder(
  library: TemplateLibrary,
  folder: string,
  given: {
    readonly components: ReadonlySet<string>;
    readonly like?: Pack | undefined;
    readonly encodeImage?: EncodeImage | undefined;
  },
): Promise<PackDraft> {
  const { components, like, encodeImage } = given;
  const reads = components.has("text_encoder");
  const unet = await openNetwork(library, join(folder, "unet"), "denoiser");
  // 2.1 projects the states of captions, which are `encoder_hid_dim` wide, and takes image embeddings as wide as its attention is.
  const field = reads ? "cross_attention_dim" : "encoder_hid_dim";
  const dimension = numberOf(unet.config, field, join(folder, "unet", "config.json"));
  const { stage, space } = imageEncoderOf(like, dimension, folder);
  const captions = reads ? await captionParts(library, folder) : undefined;
  const movq = await autoencoderParts(library, folder, "movq");
  const { size } = space.image!;
  const none = await encodeImage?.(like!, stage, new Float32Array(3 * size * size), size);
  return {
    title: "Kandinsky decoder",
    spaces: { [clip]: space },
    texts: captions?.texts ?? {},
    latents: movq.latents,
    stages: {
      ...captions?.stages,
      decoder: {
        network: unet,
        section: {
          ...{ space: clip, latent: "movq", ...(reads ? { text: caption } : {}) },
          sample: latentSample(unet, movq.channels, most),
          scheduler: await readScheduler(join(folder, "scheduler")),
          defaults,
          ...(none ? { nullImageEmbedding: Array.from(none, shortest) } : {}),
        },
      },
      ...movq.stages,
    },
    notes: [
      `It paints image embeddings of "${like!.manifest.name}", and of priors in its space.`,
      ...(none
        ? []
        : ['No network was run, so nothing stands for no image: link one to the decoder\'s "negativeImage".']),
    ],
  };
}

/** The encoder of the captions that the decoder reads. */
async function captionParts(library: TemplateLibrary, folder: string): Promise<Pick<PackDraft, "texts" | "stages">> {
  const network = await openNetwork(library, join(folder, "text_encoder"), "text-encoder");
  const stage: StageDraft = { network, section: { text: caption, space: clip } };
  return {
    texts: {
      [caption]: {
        tokenizer: await readTokenizer(join(folder, "tokenizer")),
        contextLength: captionLength,
        width: numberOf(network.config, "hidden_size", network.folder),
      },
    },
    stages: { [caption]: stage },
  };
}

function imageEncoderOf(like: Pack | undefined, dimension: number, folder: string): { stage: string; space: Space } {
  const wanted = `image embeddings of ${dimension} numbers`;
  if (!like)
    throw new PackError(
      `${folder} is a decoder for ${wanted}, and does not say of which CLIP.`,
      "Import the folder of its prior first, and name that pack with --for.",
    );
  const { name, stages, spaces } = like.manifest;
  for (const [stage, { role, ...section }] of Object.entries(stages)) {
    if (role !== "image-encoder") continue;
    const space = named(spaces, (section as { readonly space: string }).space);
    if (space.dimension === dimension) return { stage, space };
  }
  throw new PackError(
    `${folder} is a decoder for ${wanted}, for which the pack "${name}" has no image encoder.`,
    "Name the pack of its prior with --for.",
  );
}
