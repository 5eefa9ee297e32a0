import type { ImageValue } from "../kinds/image-value.ts";
import { type Host, output, requireStage, row } from "../stage/stage.ts";
import { seePicture, standardise } from "./see-picture.ts";

/** A picture as the image encoder of a pack sees it, and the call that makes its embedding. */
export function sightOf(
  image: ImageValue,
  pack: string,
  { pack: packOf, models, signal }: Pick<Host, "pack" | "models" | "signal">,
): { readonly seen: ImageValue; readonly encode: () => Promise<Float32Array> } {
  const { name, stage } = requireStage(packOf(pack), "clip-image");
  // The manifest's reader refuses an image encoder whose space does not say how it wants its pictures.
  const sight = packOf(pack).manifest.spaces[stage.space]!.image!;
  const seen = seePicture(image, sight);
  const feeds = { image: row(standardise(seen, sight), 3, sight.size, sight.size) };
  const encode = async () => output(await models.run({ pack, stage: name, feeds, signal }), "embedding");
  return { seen, encode };
}
