/**
 * Every input that a graph may have, by the format's name. Axis 0 is rows (N); all are float32 but `ids` and `codes`. D is the size of an
 * embedding, T the context length of a text, W the width of its states, C and E those of a condition.
 */
export const inputNames = [
  /** Token ids [N, T], int32. */
  "ids",
  /** Planar RGB [N, 3, S, S]: normalised for an image encoder, in [-1, 1] for a latent encoder. */
  "image",
  /** x_t: [N, D] for a prior, [N, channels, height, width] for a denoiser. */
  "sample",
  /** [N]; one value a row, so that rows at different steps may share a run. */
  "timestep",
  /** [N, D], not normalised. */
  "text_embedding",
  /** [N, T, W], after the final layer norm. */
  "text_states",
  /** [N, T]: 1 for a token, 0 for padding. */
  "text_mask",
  /** [N, D], not normalised. */
  "image_embedding",
  /** What a condition returns for attention: [N, L, C], tokens of the image first. */
  "context",
  /** [N, L]: 1 for a token of the context, 0 for padding. */
  "context_mask",
  /** What a condition returns to be added to the embedding of the timestep: [N, E]. */
  "time",
  /** The smaller picture, resized to the sample's size: [N, channels, height, width]. */
  "condition",
  /** Timestep up to which the image embedding was noised [N]. */
  "noise_level",
  /** A sample in the latent space of an autoencoder: [N, channels, height, width]. */
  "latent",
  /** [N]: 1 if the caption counts, 0 if the network's own vector replaces it. */
  "keep_text",
  /** [N]: 1 if the image embedding counts, 0 if the network's own vector replaces it. */
  "keep_image",
  /** What stands at M places of an autoregressive prior's sequence [N, M], int32: the bucket of z_i · z_t, codes; 0 at the caption's. */
  "codes",
  /** The first of these places [N], from 0; the others follow it. One value a row, so that rows at different places may share a run. */
  "position",
  /** Keys and values of all places of the sequence [N, 2L, P, w]; those from `position` on are not seen. */
  "past",
] as const;

export type InputName = (typeof inputNames)[number];
