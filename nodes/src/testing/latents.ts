import { type FakeRunner, fakeRunner, type Manifest, type Pack } from "@clipwork/models";
import { tinyManifest, tinyPack } from "./index.ts";

const { decoder, "decoder-condition": __, ...others } = tinyManifest.stages;
const { condition: _, ...bare } = decoder;

/**
 * A pack as Kandinsky's: its decoder reads the image embedding itself and paints latents of 4 × 4 numbers or other sizes, which an
 * autoencoder turns into pictures of twice the side.
 */
export const latentManifest = {
  ...tinyManifest,
  name: "tiny-latent",
  stages: {
    ...others,
    decoder: {
      ...bare,
      space: "tiny-clip",
      nullImageEmbedding: Array<number>(8).fill(0.25),
      latent: "tiny-vae",
      sample: { channels: 4, multiple: 2, size: [2, 16], usual: 4 },
    },
  },
} as const satisfies Manifest;

export const latentPack: Pack = { ...tinyPack, folder: "tiny-latent", manifest: latentManifest };

/** The fake models of that pack; its decoder takes `more` inputs beside those of Kandinsky's. */
export const latentModels = (more: readonly string[] = []): FakeRunner =>
  fakeRunner({
    stages: {
      decoder: {
        inputs: ["sample", "timestep", "image_embedding", ...more],
        outputs: ({ sample }) => ({ output: [8, ...sample!.slice(1)] }),
      },
    },
  });
