// Draws packs/toybox/samples/gallery.png, the picture of the README: node_modules/node/bin/node docs/make-gallery.ts
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { runWorkflow } from "./run-workflow.ts";

const captions = [
  "a large red metal ball on top of a small blue cube on grass at sunset",
  "a large green cone to the left of a small yellow cylinder on sand by day",
  "a small white torus in front of a large purple cube on snow at night",
  "a big shiny orange torus on tiles by day",
  "a drawing of a large blue pyramid on wood by day",
  "a line drawing of a red cylinder on top of a large yellow cube on tiles by day",
  "pixel art of a green ball to the left of a large purple cone on sand at sunset",
  "pixel art of a large red torus on snow at night",
  "a large black metal cylinder on concrete at sunset",
  "a red cube, a green ball and a yellow cone in a row on grass by day",
  "a sign that says love on wood at sunset",
  "a large white metal sphere on concrete at night",
];
const columns = 4;
const side = 384;
const gap = 6;
const seed = 3;

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "clipwork-gallery-"));

/** The 1024 px picture of a caption, shrunk to a tile. */
async function drawTile(caption: string): Promise<Buffer> {
  const [picture] = runWorkflow("text-to-image", folder, [`prompt=${caption}`, `seed=${seed}`]);
  return sharp(picture!.file).resize(side).toBuffer();
}

const tiles: Buffer[] = [];
for (const caption of captions) tiles.push(await drawTile(caption));
const rows = Math.ceil(tiles.length / columns);
const place = (index: number) => gap + index * (side + gap);
const target = join(root, "packs", "toybox", "samples");
mkdirSync(target, { recursive: true });
await sharp({ create: { width: place(columns), height: place(rows), channels: 3, background: "white" } })
  .composite(tiles.map((input, i) => ({ input, left: place(i % columns), top: place(Math.floor(i / columns)) })))
  .png({ palette: true, quality: 90 })
  .toFile(join(target, "gallery.png"));
rmSync(folder, { recursive: true });
