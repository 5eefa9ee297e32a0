import { join } from "node:path";
import type { PackDraft } from "../draft.ts";
import { classOf, type Network, openNetworks } from "../network.ts";
import { numberOf, readJson } from "../read-json.ts";
import type { TemplateLibrary } from "../template.ts";

/** Both halves of an autoencoder, and the space of its latents, which bears the name of its folder. */
export async function autoencoderParts(
  library: TemplateLibrary,
  folder: string,
  name: string,
): Promise<Required<Pick<PackDraft, "latents" | "stages">> & { readonly channels: number }> {
  const halves = await openNetworks(library, join(folder, name), ["latent-encoder", "latent-decoder"]);
  const { config } = halves["latent-decoder"];
  const where = join(folder, name, "config.json");
  const channels = numberOf(config, "latent_channels", where);
  const factor = 2 ** ((config.block_out_channels as readonly number[]).length - 1);
  const whole = await readJson(where);
  // Not one of the fields that decide the graph, so the template knows no default: diffusers takes this one.
  const { scaling_factor = 0.18215 } = whole;
  // Kandinsky's pipelines do not scale, though the configuration of their autoencoder has the field.
  const scale = classOf(whole, where) === "VQModel" ? 1 : numberOf({ scaling_factor }, "scaling_factor", where);
  return {
    channels,
    latents: { [name]: { channels, factor, scale } },
    stages: {
      "latent-encoder": { network: halves["latent-encoder"], section: { latent: name } },
      "latent-decoder": { network: halves["latent-decoder"], section: { latent: name } },
    },
  };
}

/** Latents of any size that the U-Net halves evenly, the usual one as its configuration says. The largest are `most` times what it halves. */
export function latentSample({ config }: Network, channels: number, most: number) {
  const multiple = 2 ** ((config.block_out_channels as readonly number[]).length - 1);
  const usual = config.sample_size;
  const size = [multiple, most * multiple];
  return { channels, multiple, size, ...(typeof usual === "number" ? { usual } : {}) };
}
