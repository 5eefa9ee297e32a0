import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import sharp from "sharp";

const side = 96;
const gap = 4;
const most = 8;

/** Writes rows of pictures, the first eight of each, as one WebP file. */
export async function writeSheet(file: string, rows: readonly (readonly string[])[]): Promise<void> {
  const shown = rows.map((row) => row.slice(0, most));
  const columns = Math.max(...shown.map(({ length }) => length));
  const place = (index: number) => index * (side + gap);
  const tiles = await Promise.all(
    shown.flatMap((row, y) =>
      row.map(async (picture, x) => ({
        input: await sharp(picture).resize(side, side, { kernel: "lanczos3" }).toBuffer(),
        left: place(x),
        top: place(y),
      })),
    ),
  );
  mkdirSync(dirname(file), { recursive: true });
  const size = { width: place(columns) - gap, height: place(shown.length) - gap };
  await sharp({ create: { ...size, channels: 3, background: "white" } })
    .composite(tiles)
    .webp({ quality: 80 })
    .toFile(file);
}
