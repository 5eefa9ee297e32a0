import type { Published } from "@clipwork/engine";
import { isPng } from "../files/png.ts";

/** Exactly one ending: without it, a file's name is the name of its output. */
const endingPattern = /^\.[a-z0-9]{1,16}$/;
/** It becomes a response header. */
const mediaPattern = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,126}(; charset=[a-z0-9-]{1,32})?$/;

/** What is wrong with the files that a kind made of a value, worded to follow "it"; undefined if they can be kept. */
export function checkFiles(files: readonly Published[]): string | undefined {
  if (!Array.isArray(files) || files.length === 0) return "made no file";
  const endings = new Set<string>();
  for (const { ending, media, bytes, picture, pixels } of files as readonly Published[]) {
    if (typeof ending !== "string" || !endingPattern.test(ending))
      return `made a file with the ending ${JSON.stringify(ending)}, which is not like .txt`;
    if (endings.has(ending)) return `made two files with the ending ${ending}`;
    endings.add(ending);
    if (typeof media !== "string" || !mediaPattern.test(media))
      return `made a ${ending} file with the media type ${JSON.stringify(media)}, which is not like text/plain`;
    if (!(bytes instanceof Uint8Array)) return `made a ${ending} file without bytes`;
    if (picture && !isPng(bytes)) return `made a picture that is not a PNG file`;
    if (pixels && !(picture && isWhole(pixels)))
      return `made a ${ending} file whose pixels are not those of a picture, 3 bytes each`;
  }
  return files.filter(({ picture }) => picture).length > 1 ? "made two pictures of one value" : undefined;
}

function isWhole({ width, height, data }: NonNullable<Published["pixels"]>): boolean {
  const isCount = (side: unknown) => Number.isSafeInteger(side) && Number(side) > 0;
  return data instanceof Uint8Array && isCount(width) && isCount(height) && data.length === 3 * width * height;
}
