import { createCatalogue } from "@clipwork/engine";
import { encodeText } from "./clip/encode-text.ts";
import { decoder } from "./decoder/sample.ts";
import { cfg } from "./guidance/cfg.ts";
import { grid } from "./image/grid.ts";
import { loadImage } from "./image/load.ts";
import { product } from "./list/product.ts";
import { range } from "./list/range.ts";
import { seeds } from "./list/seeds.ts";
import { switchNode } from "./logic/switch.ts";
import { outputImage } from "./output/image.ts";
import { diffusionPrior } from "./prior/diffusion.ts";
import type { NodeServices } from "./stage/services.ts";
import { prompt } from "./text/prompt.ts";
import { upsamplerX256 } from "./upsampler/x256.ts";
import { upsamplerX1024 } from "./upsampler/x1024.ts";
import { reroute } from "./util/reroute.ts";

/** The node types that Clipwork brings. */
export const catalogue = createCatalogue<NodeServices>([
  cfg,
  decoder,
  diffusionPrior,
  encodeText,
  grid,
  loadImage,
  outputImage,
  product,
  prompt,
  range,
  reroute,
  seeds,
  switchNode,
  upsamplerX1024,
  upsamplerX256,
]);

export { pictureTrouble } from "./image/decode-picture.ts";
export { fromRgb8, type Rgb8, toRgb8 } from "./image/pixels.ts";
export { type GuidanceValue, guidance } from "./kinds/guidance.ts";
export { type ImageValue, image } from "./kinds/image.ts";
export { type ImageEmbeddingValue, imageEmbedding } from "./kinds/image-embedding.ts";
export { t } from "./kinds/t.ts";
export { type TextEmbeddingValue, textEmbedding } from "./kinds/text-embedding.ts";
export { nodeReference } from "./reference/reference.ts";
export { packFacts } from "./stage/pack-facts.ts";
export { defineNode, type NodeServices } from "./stage/services.ts";
