// The process that decodes what people upload: a picture made to break a decoder breaks nothing else. Started by `UploadReader`.
import { readFile } from "node:fs/promises";
import { readDocument } from "@clipwork/engine";
import { failOn, isNpy, readNpy } from "@clipwork/nodes";
import sharp from "sharp";
import { readPngRun } from "../documents/carried-run.ts";
import { fileTrouble } from "../files/file-trouble.ts";
import { isPng } from "../files/png.ts";
import type { ReadOrder, ReadPicture, UploadAnswer } from "./upload-reader.ts";

const thumbnailSide = 256;

// Alone in its process and never in a hurry: what is read once is not read again.
sharp.cache(false);
sharp.concurrency(1);

async function read({ path, mostPixels }: ReadOrder): Promise<UploadAnswer | "large"> {
  const bytes = await readFile(path);
  if (isNpy(bytes)) {
    const found = readNpy(bytes);
    if ("reason" in found) return { trouble: { as: "an array", ...found } };
    return { array: { rows: found.rows, columns: found.columns } };
  }
  if (await isLarger(bytes, mostPixels)) return "large";
  const trouble = await fileTrouble(bytes);
  if (trouble) return { trouble };
  const { data: thumbnail, info } = await sharp(bytes, { failOn })
    .autoOrient()
    .resize(thumbnailSide, thumbnailSide, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: 85 })
    .toBuffer({ resolveWithObject: true });
  const { autoOrient } = await sharp(bytes).metadata();
  const { width, height } = autoOrient ?? info;
  return { picture: { width, height, thumbnail, ...carriedRun(bytes) } };
}

/** Whether the head says so; what has no head that can be read is not large, and refused for what it is. */
async function isLarger(bytes: Buffer, mostPixels: number): Promise<boolean> {
  const head = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  return head !== undefined && head.width * head.height > mostPixels;
}

/** The workflow that the picture brings, problems and all, and the networks that ran, as they stand there; a run that cannot be read is none. */
function carriedRun(bytes: Buffer): Pick<ReadPicture, "document" | "stages"> {
  try {
    const run = isPng(bytes) ? readPngRun(bytes) : undefined;
    const document = run && readDocument(run.workflow).document?.json;
    return document ? { document, stages: run.stages } : {};
  } catch {
    return {};
  }
}

process.on("message", async (order: ReadOrder) => process.send!(await read(order)));
process.on("disconnect", () => process.exit());
process.send!("ready");
