import { type Catalogue, createCatalogue, list, nodeDefiner, optional, p, type WorkflowJson } from "@clipwork/engine";
import { t } from "@clipwork/engine/testing";
import type { PackJson } from "@clipwork/server/wire";

const defineNode = nodeDefiner<unknown>();
const noPixels = { width: 1, height: 1, data: new Float32Array(3) };

const loadImage = defineNode({
  type: "image.load",
  version: 1,
  title: "Load image",
  summary: "Reads an uploaded picture.",
  outputs: { image: t.image("The picture.") },
  params: { file: p.file("The file.") },
  run: () => ({ image: noPixels }),
});
const importEmbeddings = defineNode({
  type: "latent.import",
  version: 1,
  title: "Load embeddings",
  summary: "Reads an uploaded array.",
  outputs: { count: t.integer("How many.") },
  params: { file: p.file("The file.", { array: true }) },
  run: () => ({ count: 0 }),
});
export const paint = defineNode({
  type: "image.paint",
  version: 1,
  title: "Paint",
  summary: "Paints a caption.",
  inputs: { text: t.text("The caption."), style: optional(t.text("How to paint it.")) },
  outputs: { image: t.image("The picture.") },
  params: {
    seed: p.seed(),
    size: p.integer("Side of the picture.", { default: 8, min: 1, max: 64 }),
    finish: p.choice("The surface.", ["matt", "gloss"], "matt"),
    frame: p.boolean("With a frame.", false),
  },
  run: () => ({ image: noPixels }),
});
const seeds = defineNode({
  type: "list.seeds",
  version: 1,
  title: "Seeds",
  summary: "Counts seeds.",
  outputs: { seeds: list(t.integer("The seeds.")) },
  params: { count: p.integer("How many.", { default: 2, min: 1, max: 64 }) },
  run: () => ({ seeds: [1] }),
});
export const save = defineNode({
  type: "output.image",
  version: 1,
  title: "Save image",
  summary: "Keeps a picture.",
  inputs: { image: t.image("The picture.") },
  params: { name: p.text("The file's name.", { default: "picture" }) },
});
export const prompt = defineNode({
  type: "text.prompt",
  version: 1,
  title: "Prompt",
  summary: "A caption.",
  outputs: { text: t.text("The caption.") },
  params: { text: p.text("What to show.", { multiline: true }) },
  run: (_, { text }) => ({ text }),
});
export const reroute = defineNode({
  type: "util.reroute",
  version: 1,
  title: "Reroute",
  summary: "Passes on.",
  inputs: { value: t.variable("T", "Anything.") },
  outputs: { value: t.variable("T", "The same.") },
  run: ({ value }) => ({ value }),
});
const encode = defineNode({
  type: "clip.encode-text",
  version: 1,
  title: "Encode text",
  summary: "Turns a caption into numbers.",
  inputs: { text: t.text("The caption.") },
  outputs: { embedding: t.textEmbedding("The numbers.") },
  params: { pack: p.pack() },
  run: () => ({ embedding: { embedding: new Float32Array(2) } }),
});
/** A node pack's node that sorts before all others and takes a file too. */
const intruder = defineNode({
  type: "aaa.scan",
  version: 1,
  title: "Scan",
  summary: "Reads any file.",
  outputs: { text: t.text("What it says.") },
  params: { document: p.file("The file.") },
  run: () => ({ text: "" }),
});

/** The node types of a test's server. */
export const testCatalogue = createCatalogue([
  intruder,
  encode,
  importEmbeddings,
  loadImage,
  paint,
  seeds,
  save,
  prompt,
  reroute,
]) as Catalogue;

/** The model packs of a test's server: one that works, with its words, and one that does not. */
export const testPacks: readonly PackJson[] = [
  {
    name: "toybox",
    title: "Toybox",
    version: "2.0.0",
    licence: "CC0-1.0",
    facts: { name: "toybox", refinements: { space: { id: "s", name: "toy" } }, stages: { decoder: "d2", prior: "p" } },
    vocabulary: ["a", "red", "cube", "cone", "ball"],
  },
  { name: "broken", unusable: { message: "Its weights are missing.", remedy: "Copy them again." } },
];

/** A workflow without a fault: a caption, painted and saved. */
export const painting = {
  format: "clipwork/1",
  meta: { title: "Painting" },
  nodes: {
    caption: { type: "text.prompt", version: 1, params: { text: "a red cube" } },
    paint: { type: "image.paint", version: 1, inputs: { text: "caption.text" }, params: { seed: 7 } },
    save: { type: "output.image", version: 1, inputs: { image: "paint.image" } },
  },
  exposed: { prompt: "caption.text", seed: ["paint.seed"] },
  layout: { caption: { x: 0, y: 0 }, paint: { x: 300, y: 0 }, save: { x: 600, y: 0 } },
} as const satisfies WorkflowJson;
