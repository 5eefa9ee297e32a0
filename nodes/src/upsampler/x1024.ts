import { t } from "../kinds/t.ts";
import { packSampler, pictureParams } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { upsample } from "./upsample.ts";

export const upsamplerX1024 = defineNode({
  type: "upsampler.x1024",
  version: 2,
  title: "Upsampler to 1024",
  summary: "Enlarges a picture of the first upsampler, adding fine detail.",
  inputs: { image: t.image("The small picture.", "upsampler-1024.conditionSize") },
  outputs: { image: t.image("The large picture.", "upsampler-1024.size") },
  params: pictureParams,
  stages: ["upsampler-1024"],
  migrations: [packSampler],
  run: async ({ image }, params, host) => ({ image: await upsample("upsampler-1024", image, params, host) }),
});
