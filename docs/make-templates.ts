// Draws the pictures of the templates gallery, all or those that are named:
// node_modules/node/bin/node docs/make-templates.ts [guidance-tradeoff …]
import { globSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { type Output, runWorkflow } from "./run-workflow.ts";

/** A picture is shown whole, as large as these two allow. */
const width = 420;
const height = 280;
const gap = 2;
const root = join(import.meta.dirname, "..");
const target = join(root, "packs", "toybox", "samples", "templates");

/** The outputs that are shown, if not the first picture or, without one, the first plot. */
const shown: { readonly [workflow: string]: readonly string[] } = {
  inpaint: ["original", "save"],
  "new-surroundings": ["original", "save"],
  "latent-map": ["save-map"],
  reconstruct: ["original", "rebuilt"],
  "reference-set": ["save-drawn", "save-nearest"],
  "autoregressive-prior": ["save-drawn", "save-set-code"],
  "until-right": ["save-tries"],
};

type Pane = { readonly input: Buffer; readonly width: number; readonly height: number };

async function paneOf({ files }: Output): Promise<Pane> {
  const { data, info } = await sharp(files.find((file) => file.endsWith(".png"))!)
    .removeAlpha()
    .toBuffer({ resolveWithObject: true });
  return { input: data, width: info.width, height: info.height };
}

/** The panes in a row or in a column, whichever is nearer to the shape of a tile. */
function layOut(panes: readonly Pane[]) {
  const along = (of: (pane: Pane) => number) => panes.reduce((sum, pane) => sum + of(pane) + gap, -gap);
  const across = (of: (pane: Pane) => number) => Math.max(...panes.map(of));
  const row = { width: along((pane) => pane.width), height: across((pane) => pane.height) };
  const column = { width: across((pane) => pane.width), height: along((pane) => pane.height) };
  const badness = (size: typeof row) => Math.abs(Math.log((size.width / size.height) * (height / width)));
  const inRow = badness(row) <= badness(column);
  let left = 0;
  let top = 0;
  const placed = panes.map(({ input, width, height }) => {
    const place = { input, left, top };
    if (inRow) left += width + gap;
    else top += height + gap;
    return place;
  });
  return { size: inRow ? row : column, placed };
}

async function draw(name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-template-"));
  const outputs = runWorkflow(name, folder);
  // A picture before a plot.
  const drawn = outputs.filter(({ files }) => files.some((file) => file.endsWith(".png")));
  const first = drawn.find(({ kind }) => kind === "image") ?? drawn[0]!;
  const nodes = shown[name] ?? [first.node];
  const panes = await Promise.all(nodes.map((id) => paneOf(outputs.find(({ node }) => node === id)!)));
  const { size, placed } = layOut(panes);
  const whole = await sharp({ create: { ...size, channels: 3, background: "white" } })
    .composite(placed)
    .png()
    .toBuffer();
  await sharp(whole)
    .resize(width, height, { fit: "inside" })
    .webp({ quality: 80 })
    .toFile(join(target, `${name}.webp`));
  rmSync(folder, { recursive: true });
}

mkdirSync(target, { recursive: true });
const all = globSync("*.json", { cwd: join(root, "workflows") }).map((file) => basename(file, ".json"));
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : all.sort()) {
  await draw(name);
  process.stdout.write(`${name}\n`);
}
