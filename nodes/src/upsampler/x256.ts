import { t } from "../kinds/t.ts";
import { packSampler, pictureParams } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { upsample } from "./upsample.ts";

export const upsamplerX256 = defineNode({
  type: "upsampler.x256",
  version: 2,
  title: "Upsampler to 256",
  summary: "Enlarges the decoder's picture, adding detail.",
  inputs: { image: t.image("The small picture.", "upsampler-256.conditionSize") },
  outputs: { image: t.image("The large picture.", "upsampler-256.size") },
  params: pictureParams,
  stages: ["upsampler-256"],
  migrations: [packSampler],
  run: async ({ image }, params, host) => ({ image: await upsample("upsampler-256", image, params, host) }),
});
