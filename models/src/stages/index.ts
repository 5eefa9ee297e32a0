/** The roles that a stage may have. A new one is a file of its own and a line here. */
export { autoregressivePrior } from "./autoregressive-prior.ts";
export { condition } from "./condition.ts";
export { denoiser } from "./denoiser.ts";
export { imageEncoder } from "./image-encoder.ts";
export { latentDecoder } from "./latent-decoder.ts";
export { latentEncoder } from "./latent-encoder.ts";
export { other } from "./other.ts";
export { prior } from "./prior.ts";
export { score } from "./score.ts";
export { textEncoder } from "./text-encoder.ts";
