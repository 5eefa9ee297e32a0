import { captionMap } from "./map.fixture.ts";
import { node, small } from "./small.fixture.ts";

const cube = small("A red cube");
const { save, ...beforeSave } = cube.nodes;

/** What the screens show. */
export const workflows = {
  picture: cube,
  loop: {
    ...cube,
    meta: { title: "Varied in rounds" },
    nodes: {
      ...beforeSave,
      vary: node("loop.repeat.again", { rounds: 3 }, { picture: "decode.image", image: "prior.embedding" }),
      save: { ...save, inputs: { image: "vary.picture" } },
    },
    definitions: {
      again: {
        title: "Vary again",
        nodes: {
          paint: node(
            "decoder.vary",
            { steps: 2, strength: 1, sampler: "ddim" },
            { picture: "in.picture", image: "in.image" },
          ),
        },
        inputs: { picture: {}, image: {} },
        outputs: { picture: { from: "paint.image" } },
        layout: { paint: { x: 0, y: 0 } },
      },
    },
  },
  /** A batch, a table and a plot. */
  measured: {
    ...cube,
    meta: { title: "Measured" },
    nodes: {
      ...beforeSave,
      seeds: node("list.seeds", { count: 6 }),
      decode: { ...cube.nodes.decode, inputs: { ...cube.nodes.decode.inputs, seed: "seeds.seeds" } },
      seen: node("clip.encode-image", {}, { image: "decode.image" }),
      score: node(
        "evaluate.clip-score",
        { resamples: 20 },
        { images: "seen.embedding", captions: "encode.embedding", groups: "seeds.seeds" },
      ),
      table: node("output.table", {}, { table: "score.table" }),
      plot: node("output.plot", {}, { plot: "score.plot" }),
      grid: node("image.grid", {}, { images: "decode.image" }),
    },
  },
  map: {
    ...captionMap("a {red|blue|green} {cube|ball|cone}\na {small|large} yellow torus"),
    meta: { title: "Map of captions" },
  },
  mask: {
    ...cube,
    meta: { title: "Repainted" },
    nodes: {
      ...beforeSave,
      mask: node("image.load-mask"),
      repaint: node(
        "decoder.inpaint",
        { steps: 3, sampler: "ddim", resample: 1 },
        { picture: "decode.image", mask: "mask.mask", image: "prior.embedding", text: "encode.embedding" },
      ),
      save: { ...save, inputs: { image: "repaint.image" } },
    },
    exposed: { ...cube.exposed, mask: "mask.file" },
  },
} as const;

/** Paints as long as it is looked at, however quick the machine is. */
export const slow = {
  ...cube,
  meta: { title: "Painted slowly" },
  nodes: { ...cube.nodes, decode: { ...cube.nodes.decode, params: { ...cube.nodes.decode.params, steps: 999 } } },
};

/** What cannot be run as it is. */
export const wrong = {
  ...cube,
  meta: { title: "With problems" },
  nodes: { ...cube.nodes, lonely: node("clip.encode-text"), decode: { ...cube.nodes.decode, params: { steps: -2 } } },
};

/** Fails once it runs: two lists of different lengths. */
export const failing = {
  ...cube,
  meta: { title: "Failing" },
  nodes: {
    ...cube.nodes,
    three: node("list.seeds", { count: 3 }),
    two: node("list.seeds", { count: 2 }),
    prior: node("prior.diffusion", { steps: 2 }, { text: "encode.embedding", seed: "two.seeds" }),
    decode: { ...node("decoder.sample", { steps: 2 }, { image: "prior.embedding", seed: "three.seeds" }), version: 2 },
  },
};
