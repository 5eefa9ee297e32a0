import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { readNpy } from "@clipwork/nodes";
import sharp from "sharp";
import { embedHeldOut } from "../bench/embed-held-out.ts";
import { clipwork, type Outcome } from "../cli/clipwork.fixture.ts";

const workflows = join(import.meta.dirname, "..", "..", "workflows");
/** All run in one folder, so that stages which several workflows share are computed once. */
const cwd = mkdtempSync(join(tmpdir(), "clipwork-workflows-"));
after(() => rmSync(cwd, { recursive: true, force: true }));
/** No packs but the project's own. */
const options = { cwd, packs: "" };

/**
 * What a run here sets lower than the workflow's file does: each goes its whole way, with fewer captions, seeds and
 * positions. What a set of pictures is measured by needs some of them.
 */
const smaller: { readonly [workflow: string]: readonly string[] } = {
  "guidance-sweep": ["count=2"],
  "seeds-grid": ["count=4"],
  "two-parameters": ["scales=1, 2", "seeds=7"],
  "image-to-image": ["count=3"],
  drift: ["rounds=2"],
  variations: ["count=1"],
  "stable-unclip": ["count=2"],
  interpolate: ["count=3"],
  "text-diff": ["count=3"],
  "prior-ablation": ["count=1"],
  "best-of-sixteen": ["count=4", "kept=1"],
  "latent-map": ["prompt=a large {red|blue|green} {cube|ball|cone|cylinder|torus|pyramid} on grass by day"],
  "autoregressive-prior": ["count=2"],
  "measured-embeddings": ["count=2"],
  "drawn-captions": ["binding=1", "words=1"],
  "zero-shot": ["prompt=a {red|blue} {cube|ball} on grass"],
  "typographic-attack": ["words=cube", "count=1"],
  "clip-probes": ["prompt=a {red|blue} cube on grass", "words=cone"],
  "pca-reconstructions": ["prompt=a large red cube on grass by day\na small blue ball on snow", "dimensions=5, 20"],
  reconstruct: ["count=2"],
  "kandinsky-2.1": ["steps=5"],
  "kandinsky-2.2": ["steps=5"],
  "kandinsky-blend": ["steps=5"],
  "karlo-variations": ["count=1"],
  "guidance-tradeoff": ["prompt=a {red cube|blue ball} on {grass|snow} at night", "count=2"],
  "fewer-steps": ["prompt=a {red cube|blue ball} on grass {by day|at night}"],
  "compare-priors": ["prompt=a {red cube|blue ball} on grass by day"],
  binding: ["count=1"],
  "text-rendering": ["count=1"],
  "complex-scenes": ["count=1"],
  "reference-set": ["prompt=a large {red|blue} {cube|ball} on {grass|snow} by day"],
  "synthetic-dataset": ["prompt=a red {cube|ball} on grass by day", "count=2"],
};

/** Width and height of each workflow's picture; grids have 2 pixels between their cells. */
const grid = (columns: number, rows: number) => [columns * 66 - 2, rows * 66 - 2] as const;
const sizes: { readonly [workflow: string]: readonly [number, number] } = {
  "text-to-image": [1024, 1024],
  "text-to-image-256": [256, 256],
  "text-to-image-quick": [256, 256],
  "enlarge-in-tiles": [2056, 1024],
  "guidance-sweep": grid(2, 1),
  "seeds-grid": grid(2, 2),
  "two-parameters": [324, 200],
  "image-to-image": grid(3, 1),
  drift: grid(3, 1),
  variations: grid(4, 1),
  "stable-unclip": grid(2, 1),
  interpolate: grid(6, 1),
  "text-diff": grid(3, 1),
  "prior-ablation": grid(3, 1),
  "best-of-sixteen": grid(2, 1),
  "embedding-arithmetic": grid(5, 1),
  "kandinsky-2.1": [64, 64],
  "kandinsky-2.2": grid(2, 1),
  "kandinsky-blend": grid(4, 1),
  karlo: [256, 256],
  "karlo-variations": [256, 256],
  eclipse: [64, 64],
};

/** The files of a plot. */
const plotFiles = (name: string) => [`${name}.csv`, `${name}.png`, `${name}.svg`];

/** What the workflows of unCLIP's limitations write: each way of painting as a picture, what is read of it, and how often that is right. */
const limitationFiles = ["unclip", "embedding", "caption"]
  .flatMap((way) => [`${way}.png`, `labels-${way}.csv`, `labels-${way}.json`, ...plotFiles(`plot-${way}`)])
  .sort();

/** What each workflow that keeps anything but one picture writes, without the records. */
const files: { readonly [workflow: string]: readonly string[] } = {
  "latent-map": ["map.csv", "map.json", "map.png", "map.svg", "place.png", "strip.png"],
  "autoregressive-prior": ["drawn.png", "seen.png", "set-code.png"],
  "measured-embeddings": [
    ...["caption.txt", "cosines.csv", "cosines.png", "cosines.svg", "embeddings.csv", "embeddings.json"],
    ...["reading.json", "vectors.npy"],
  ],
  inpaint: ["before.png", "inpainted.png"],
  "until-right": ["tries.png", "until-right.png"],
  "latent-geometry": [
    ...["eigenvalues.csv", "eigenvalues.png", "eigenvalues.svg", "eigenvectors.csv", "eigenvectors.json"],
    ...[
      "latent-geometry.png",
      "lengths.csv",
      "lengths.json",
      "segments.csv",
      "segments.png",
      "segments.svg",
      "ways.png",
    ],
  ],
  "drawn-captions": [
    ...["drawn-captions.png", "expected.csv", "expected.json", "readings.csv", "readings.json"],
    ...["shares.csv", "shares.png", "shares.svg"],
  ],
  "zero-shot": [
    ...["bars.csv", "bars.png", "bars.svg", "labels.csv", "labels.json", "matrix.csv", "matrix.png", "matrix.svg"],
    ...["nearest.png", "zero-shot.png"],
  ],
  "typographic-attack": [
    ...["bars.csv", "bars.png", "bars.svg", "probabilities.csv", "probabilities.json", "typographic-attack.png"],
  ],
  "clip-probes": [
    ...[...plotFiles("attack"), ...plotFiles("bars"), "clip-probes.png", "labels.csv", "labels.json"],
    ...[...plotFiles("map"), ...plotFiles("matrix")],
  ],
  "pca-reconstructions": [
    ...["lost.csv", "lost.png", "lost.svg", "map.csv", "map.png", "map.svg", "pca-reconstructions.png"],
    ...["scree.csv", "scree.png", "scree.svg"],
  ],
  "new-surroundings": ["before.png", "new-surroundings.png"],
  reconstruct: ["original.png", "other-noise.png", "rebuilt.png"],
  "guidance-tradeoff": [
    ...["clip-score", "colourfulness", "diversity", "frechet"].flatMap(plotFiles),
    ...["labels.csv", "labels.json", "pictures.png"],
    ...["precision-recall", "reading"].flatMap(plotFiles),
  ],
  "fewer-steps": [...plotFiles("frechet"), "pictures.png", ...plotFiles("precision-recall")],
  "compare-priors": [
    "compare-priors.png",
    ...["fit-autoregressive", "fit-diffusion"].flatMap(plotFiles),
    ...["autoregressive", "diffusion"].flatMap((prior) => [`labels-${prior}.csv`, `labels-${prior}.json`]),
    ...["plot-autoregressive", "plot-diffusion"].flatMap(plotFiles),
  ],
  "reference-set": [
    ...["drawn.png", "frechet.csv", "frechet.json", "nearest-of-set.csv", "nearest-of-set.json", "nearest.png"],
    ...plotFiles("precision-recall"),
  ],
  binding: limitationFiles,
  "text-rendering": limitationFiles,
  "complex-scenes": limitationFiles,
  "synthetic-dataset": [...plotFiles("balance"), "dataset.tar", "labels.jsonl", "pictures.png"],
};
const shipped = [...Object.keys(sizes), ...Object.keys(files)];

test("every shipped workflow is tested here", () => {
  const found = readdirSync(workflows).filter((file) => file.endsWith(".json"));
  assert.deepEqual(found.map((file) => file.replace(/\.json$/, "")).sort(), shipped.sort());
});

async function run(name: string): Promise<Outcome> {
  // Files of one name would be numbered in one folder.
  const out = ["--out", join("out", name)];
  const settings = (smaller[name] ?? []).flatMap((setting) => ["--set", setting]);
  const outcome = await clipwork(["run", join(workflows, `${name}.json`), "--json", ...out, ...settings], options);
  assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr);
  assert.deepEqual(
    outcome.events().filter(({ event }) => event === "notice"),
    [],
  );
  return outcome;
}

for (const [name, size] of Object.entries(sizes)) {
  test(`${name} runs on toybox from end to end, without a warning`, async () => {
    const { outputs } = (await run(name)).last();
    assert.equal(outputs.length, 1);
    const { width, height, channels } = await sharp(outputs[0]!.file).metadata();
    assert.deepEqual([width, height, channels], [...size, 3]);
  });
}

for (const [name, expected] of Object.entries(files)) {
  test(`${name} runs on toybox from end to end, without a warning`, async () => {
    const outputs = (await run(name)).last().outputs as unknown as readonly { files: readonly string[] }[];
    const written = outputs.flatMap(({ files }) => files).filter((file) => !file.endsWith(".clipwork.json"));
    assert.deepEqual(written.map((file) => basename(file)).sort(), expected);
    for (const file of written) assert.ok(statSync(file).size > 0, file);
  });
}

test("latent-map takes as few captions as a map does: its strip goes from the first to the last", async () => {
  const captions = "a red cube\na blue ball\na green cone";
  const args = ["run", join(workflows, "latent-map.json"), "--out", join("out", "few"), "--set", `prompt=${captions}`];
  const { code, stdout, stderr } = await clipwork(args, options);
  assert.equal(code, 0, stdout + stderr);
  const { width, height } = await sharp(join(cwd, "out", "few", "strip.png")).metadata();
  assert.deepEqual([width, height], [6 * 64 + 5 * 2, 64]);
});

test("the set of reference-set holds what the toybox's CLIP makes of the held-out renders", async () => {
  const found = readNpy(readFileSync(join(workflows, "reference", "held-out.npy")));
  assert.ok("data" in found);
  assert.deepEqual([found.rows, found.columns], [64, 128]);
  const count = 4;
  for (const [i, row] of (await embedHeldOut(count)).entries())
    for (const [d, value] of row.entries())
      assert.ok(Math.abs(value - found.data[i * found.columns + d]!) < 1e-4, `render ${i}, number ${d}`);
});

test("every shipped workflow with a caption exposes prompt and seed", async () => {
  for (const name of shipped) {
    const settings = ["--set", "prompt=a small blue ball on grass", "--set", "seed=3"];
    const outcome = await clipwork(["validate", join(workflows, `${name}.json`), ...settings], options);
    assert.deepEqual([outcome.code, outcome.stderr], [0, ""], name);
  }
});
