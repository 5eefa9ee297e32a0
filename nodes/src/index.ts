import { createCatalogue } from "@clipwork/engine";
import { encodeImage } from "./clip/encode-image.ts";
import { encodeText } from "./clip/encode-text.ts";
import { encodeForDecoder } from "./decoder/encode-caption.ts";
import { inpaint } from "./decoder/inpaint.ts";
import { invert } from "./decoder/invert.ts";
import { noiseEmbedding } from "./decoder/noise-embedding.ts";
import { decoder } from "./decoder/sample.ts";
import { vary } from "./decoder/vary.ts";
import { aesthetic } from "./evaluate/aesthetic.ts";
import { clipScore } from "./evaluate/clip-score.ts";
import { diversity } from "./evaluate/diversity.ts";
import { frechetDistance } from "./evaluate/frechet.ts";
import { frechetOfClassifier } from "./evaluate/frechet-classifier.ts";
import { precisionAndRecall } from "./evaluate/precision-recall.ts";
import { precisionAndRecallOfClassifier } from "./evaluate/precision-recall-classifier.ts";
import { read } from "./evaluate/read.ts";
import { cfg } from "./guidance/cfg.ts";
import { dataset } from "./image/dataset.ts";
import { drawMask } from "./image/draw-mask.ts";
import { grid } from "./image/grid.ts";
import { loadImage } from "./image/load.ts";
import { loadFolder } from "./image/load-folder.ts";
import { loadMask } from "./image/load-mask.ts";
import { maskOfImage } from "./image/mask.ts";
import { pasteLabel } from "./image/paste-label.ts";
import { sweepGrid } from "./image/sweep-grid.ts";
import { arithmetic } from "./latent/arithmetic.ts";
import { decodeToPicture } from "./latent/decode.ts";
import { decodeCodesNode } from "./latent/decode-codes.ts";
import { editCodes } from "./latent/edit-codes.ts";
import { encodePicture } from "./latent/encode.ts";
import { encodeCodesNode } from "./latent/encode-codes.ts";
import { exportEmbeddings } from "./latent/export.ts";
import { importEmbeddings } from "./latent/import.ts";
import { mix } from "./latent/mix.ts";
import { drawnNoise } from "./latent/noise.ts";
import { pick } from "./latent/pick.ts";
import { point } from "./latent/point.ts";
import { slerpEmbeddings } from "./latent/slerp.ts";
import { slerpNoise } from "./latent/slerp-noise.ts";
import { textDiff } from "./latent/text-diff.ts";
import { booleans } from "./list/booleans.ts";
import { column } from "./list/column.ts";
import { integers } from "./list/integers.ts";
import { join } from "./list/join.ts";
import { numbers } from "./list/numbers.ts";
import { product } from "./list/product.ts";
import { range } from "./list/range.ts";
import { seeds } from "./list/seeds.ts";
import { takeItems } from "./list/take.ts";
import { compare } from "./logic/compare.ts";
import { switchNode } from "./logic/switch.ts";
import { outputAny } from "./output/any.ts";
import { outputFile } from "./output/file.ts";
import { outputImage } from "./output/image.ts";
import { outputJson } from "./output/json.ts";
import { outputMap } from "./output/map.ts";
import { outputPlot } from "./output/plot.ts";
import { outputTable } from "./output/table.ts";
import { outputText } from "./output/text.ts";
import { autoregressivePrior } from "./prior/autoregressive.ts";
import { diffusionPrior } from "./prior/diffusion.ts";
import { noPrior } from "./prior/none.ts";
import { rerank } from "./prior/rerank.ts";
import { textEmbeddingPrior } from "./prior/text-embedding.ts";
import { binding } from "./probe/binding.ts";
import { caption } from "./probe/caption.ts";
import { embeddings } from "./probe/embeddings.ts";
import { geodesic } from "./probe/geodesic.ts";
import { geometry } from "./probe/geometry.ts";
import { mapEmbeddings } from "./probe/map.ts";
import { nearest } from "./probe/nearest.ts";
import { pca } from "./probe/pca.ts";
import { pcaReconstruct } from "./probe/pca-reconstruct.ts";
import { plotTable } from "./probe/plot.ts";
import { similarity } from "./probe/similarity.ts";
import { textRendering } from "./probe/text-rendering.ts";
import { typographic } from "./probe/typographic.ts";
import { zeroShot } from "./probe/zero-shot.ts";
import type { NodeServices } from "./stage/services.ts";
import { lines } from "./text/lines.ts";
import { prompt } from "./text/prompt.ts";
import { upsamplerTiled } from "./upsampler/tiled.ts";
import { upsamplerX256 } from "./upsampler/x256.ts";
import { upsamplerX1024 } from "./upsampler/x1024.ts";
import { reroute } from "./util/reroute.ts";

/** The node types that Clipwork brings. */
export const catalogue = createCatalogue<NodeServices>([
  // The usual ones first: messages suggest the first node that gives what is missing, or turns one kind into another.
  prompt,
  encodeText,
  diffusionPrior,
  decoder,
  loadImage,
  encodeImage,
  cfg,
  arithmetic,
  aesthetic,
  clipScore,
  diversity,
  frechetDistance,
  frechetOfClassifier,
  precisionAndRecall,
  precisionAndRecallOfClassifier,
  read,
  binding,
  caption,
  column,
  dataset,
  decodeCodesNode,
  decodeToPicture,
  autoregressivePrior,
  drawMask,
  drawnNoise,
  editCodes,
  embeddings,
  encodeCodesNode,
  encodePicture,
  encodeForDecoder,
  exportEmbeddings,
  geodesic,
  geometry,
  grid,
  sweepGrid,
  inpaint,
  invert,
  join,
  importEmbeddings,
  loadFolder,
  loadMask,
  maskOfImage,
  mix,
  nearest,
  noiseEmbedding,
  noPrior,
  lines,
  mapEmbeddings,
  outputAny,
  outputFile,
  outputImage,
  outputJson,
  outputMap,
  outputPlot,
  outputTable,
  outputText,
  pick,
  pasteLabel,
  pca,
  pcaReconstruct,
  takeItems,
  numbers,
  integers,
  booleans,
  plotTable,
  point,
  product,
  range,
  rerank,
  reroute,
  seeds,
  similarity,
  slerpEmbeddings,
  slerpNoise,
  compare,
  switchNode,
  textDiff,
  textEmbeddingPrior,
  textRendering,
  typographic,
  upsamplerTiled,
  upsamplerX1024,
  upsamplerX256,
  vary,
  zeroShot,
]);

export { failOn, pictureSize, pictureTrouble } from "./image/decode-picture.ts";
export { foreignKind } from "./image/foreign-kind.ts";
export { type BasisValue, basis } from "./kinds/basis.ts";
export { type CodesValue, codes } from "./kinds/codes.ts";
export { type FileValue, file } from "./kinds/file.ts";
export { type GuidanceValue, guidance } from "./kinds/guidance.ts";
export { image } from "./kinds/image.ts";
export { type ImageEmbeddingValue, imageEmbedding } from "./kinds/image-embedding.ts";
export type { ImageValue } from "./kinds/image-value.ts";
export { type JsonValue, json } from "./kinds/json.ts";
export { type LatentValue, latent } from "./kinds/latent.ts";
export { type MapValue, map } from "./kinds/map.ts";
export { type MaskValue, mask } from "./kinds/mask.ts";
export { type NoiseValue, noise } from "./kinds/noise.ts";
export { fromRgb8, type Rgb8, toRgb8 } from "./kinds/pixels.ts";
export { plot } from "./kinds/plot.ts";
export type { PlotValue } from "./kinds/plot-data.ts";
export { isNpy, npyTrouble, readNpy } from "./kinds/read-npy.ts";
export { t } from "./kinds/t.ts";
export { type TableValue, table } from "./kinds/table.ts";
export { type TextEmbeddingValue, textEmbedding } from "./kinds/text-embedding.ts";
export { nodeReference } from "./reference/reference.ts";
export { packFacts } from "./stage/pack-facts.ts";
export { sizeTrouble } from "./stage/sample-shape.ts";
export { defineNode, type FolderFile, type NodeServices } from "./stage/services.ts";
