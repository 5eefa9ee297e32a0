/** ComfyUI's own example of unCLIP, in its API format. */
export const example = () => ({
  "3": {
    class_type: "KSampler",
    inputs: {
      ...{ seed: 7, steps: 20, cfg: 8, sampler_name: "dpmpp_2m", scheduler: "normal", denoise: 1 },
      ...{ model: ["32", 0], positive: ["36", 0], negative: ["7", 0], latent_image: ["5", 0] },
    },
  },
  "5": { class_type: "EmptyLatentImage", inputs: { width: 768, height: 512, batch_size: 1 } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a red cube", clip: ["32", 1] } },
  "7": { class_type: "CLIPTextEncode", inputs: { text: "fog", clip: ["32", 1] } },
  "8": { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["32", 2] } },
  "9": { class_type: "SaveImage", inputs: { filename_prefix: "unclip", images: ["8", 0] } },
  "32": { class_type: "unCLIPCheckpointLoader", inputs: { ckpt_name: "sd21-unclip-h.ckpt" } },
  "34": { class_type: "LoadImage", inputs: { image: "mountains.png", upload: "image" } },
  "36": {
    class_type: "unCLIPConditioning",
    inputs: { strength: 1, noise_augmentation: 0.1, conditioning: ["6", 0], clip_vision_output: ["39", 0] },
  },
  "39": { class_type: "CLIPVisionEncode", inputs: { crop: "center", clip_vision: ["32", 3], image: ["34", 0] } },
});
