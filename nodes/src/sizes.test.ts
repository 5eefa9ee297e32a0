// Sizes of pictures flow through the nodes before anything runs, and clash at the link.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeJson } from "@clipwork/engine";
import { testEnvironment, validateJson } from "@clipwork/engine/testing";
import { catalogue, type NodeServices, packFacts } from "./index.ts";
import { tinyManifest } from "./testing/index.ts";
import { latentManifest } from "./testing/latents.ts";

const node = (type: string, inputs: object = {}, params: object = {}, version = 1) =>
  ({ type, version, inputs, params }) as NodeJson;

/** The tiny pack paints 8 × 8 pixels and makes 16 and 32 of them; the other paints latents, half as large as the picture. */
const environment = testEnvironment<NodeServices>([...catalogue.values()], {
  packs: { toybox: packFacts({ manifest: tinyManifest }), latent: packFacts({ manifest: latentManifest }) },
  files: { "wide.png": { digest: "w", facts: { width: 640, height: 400 } }, "unknown.png": { digest: "u" } },
});
const load = (file: string, size: number | null = null) => node("image.load", {}, { file, size });

function look(nodes: { readonly [id: string]: NodeJson }) {
  const { problems, types } = validateJson({ format: "clipwork/1", nodes }, environment, {
    targets: Object.keys(nodes),
  });
  const sizeOf = (id: string, port = "image") => {
    const { width, height } = types().get(id)![port]!.refine ?? {};
    return [width, height];
  };
  return { problems, sizeOf };
}

test("a loaded picture of another size is told at the upsampler's link, with what would do", () => {
  const up = node("upsampler.x256", { image: "load.image" }, {});
  const [problem, ...more] = look({ load: load("wide.png"), up }).problems;
  assert.deepEqual(more, []);
  assert.deepEqual([problem!.node, problem!.port, problem!.severity], ["up", "image", "error"]);
  assert.match(problem!.message, /needs image \(width 8, height 8\).* gives image \(width 640, height 400\)/);
  assert.equal(problem!.remedy, 'Set "size" of "load" to 8, or link another output.');
  assert.deepEqual(look({ load: load("wide.png", 8), up }).problems, []);
  assert.deepEqual(look({ load: load("unknown.png"), up }).problems, [], "a size that is not known says nothing");
});

test("sizes flow through masks, labels and the upsampler in tiles", () => {
  const { problems, sizeOf } = look({
    load: load("wide.png"),
    label: node("image.paste-label", { image: "load.image" }, { text: "a" }),
    draw: node("image.draw-mask", { image: "label.image" }),
    cropped: node("image.mask", { image: "label.image" }, { size: 16 }),
    large: node("upsampler.tiled", { image: "label.image" }),
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(sizeOf("label"), [640, 400]);
  assert.deepEqual(sizeOf("draw", "mask"), [640, 400]);
  assert.deepEqual(sizeOf("cropped", "mask"), [16, 16]);
  assert.deepEqual(sizeOf("large"), [1280, 800]);
});

test("a mask of another size than the picture is told before the run", () => {
  const { problems } = look({
    load: load("wide.png", 8),
    mask: node("image.mask", { image: "load.image" }, { size: 16 }),
    prompt: node("text.prompt", {}, { text: "a cube" }),
    text: node("clip.encode-text", { text: "prompt.text" }),
    prior: node("prior.diffusion", { text: "text.embedding" }),
    inpaint: node("decoder.inpaint", { picture: "load.image", mask: "mask.mask", image: "prior.embedding" }),
  });
  assert.deepEqual(
    problems.map(({ node, port, remedy }) => [node, port, remedy]),
    [["inpaint", "mask", 'Set "size" of "mask" to 8, or link another output.']],
  );
});

const embedding = {
  prompt: node("text.prompt", {}, { text: "a cube" }),
  text: node("clip.encode-text", { text: "prompt.text" }),
  prior: node("prior.diffusion", { text: "text.embedding" }),
};

test("a picture that is varied from noise keeps its size in pixels, whatever the noise of the latent has", () => {
  const noise = node("latent.noise", {}, { pack: "latent", width: 16, height: 16 });
  for (const links of [
    { noise: "noise.noise", picture: "load.image" },
    { picture: "load.image", noise: "noise.noise" },
  ]) {
    const vary = node("decoder.vary", { ...links, image: "prior.embedding" }, { pack: "latent" });
    const nodes = { ...embedding, load: load("wide.png", 16), noise, vary };
    const { problems, sizeOf } = look(nodes);
    assert.deepEqual(problems, []);
    assert.deepEqual(sizeOf("noise", "noise"), [8, 8]);
    assert.deepEqual(sizeOf("vary"), [16, 16]);
    assert.deepEqual(look({ ...nodes, load: load("unknown.png") }).sizeOf("vary"), [undefined, undefined]);
  }
});

test("what gives no whole number is not known", () => {
  const noise = node("latent.noise", {}, { pack: "latent", width: 17, height: 16 });
  assert.deepEqual(look({ noise }).sizeOf("noise", "noise"), [undefined, 8]);
});

test("a remedy names a parameter only where one value of it would do", () => {
  const remedyOf = (nodes: { readonly [id: string]: NodeJson }) => look(nodes).problems[0]!.remedy;
  const decoder = node("decoder.sample", { image: "prior.embedding" });
  const up = node("upsampler.x1024", { image: "decoder.image" });
  assert.match(remedyOf({ ...embedding, decoder, up })!, /^The two have to agree in width/, "the pack decides");
  const noise = (width: number) => node("latent.noise", {}, { pack: "latent", width, height: 16 });
  const blend = node("latent.slerp-noise", { from: "a.noise", to: "b.noise" });
  assert.match(remedyOf({ a: noise(16), b: noise(24), blend })!, /^Set "width" of "b" to 16,/, "in pixels");
  const inpaint = node(
    "decoder.inpaint",
    { picture: "load.image", mask: "mask.mask", image: "prior.embedding" },
    { pack: "latent" },
  );
  const mask = node("image.mask", { image: "load.image" }, { size: 16 });
  assert.match(
    remedyOf({ ...embedding, load: load("wide.png"), mask, inpaint })!,
    /^The two have to agree in width/,
    "no square fits",
  );
});
