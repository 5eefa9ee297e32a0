/** What the libraries call a network's weights: diffusers, transformers, open_clip. */
export const weightStems: readonly string[] = [
  "diffusion_pytorch_model",
  "model",
  "open_clip_model",
  "open_clip_pytorch_model",
];
