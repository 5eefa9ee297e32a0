import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Where the types of a package are: its source here, its declarations where it is installed. */
const typesOf = (name: string) => fileURLToPath(import.meta.resolve(name)).replace(/\.js$/, ".d.ts");

/**
 * Writes a node pack to begin with into a new folder: a node, its test, a workflow that has it, and where an editor finds our types. Throws
 * what the system does if there is something of that name.
 */
export async function writeNewNodePack(folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: false });
  const forTests = pathToFileURL(join(import.meta.dirname, "for-pack-tests.ts")).href;
  const files: { readonly [file: string]: string } = {
    "package.json": json({
      name: `clipwork-nodes-${name}`,
      version: "0.1.0",
      description: `Node types for Clipwork: ${name}.`,
      type: "module",
      exports: "./index.js",
      scripts: { test: `node --import ${forTests} --test` },
      peerDependencies: { "@clipwork/engine": "0.1.0", "@clipwork/nodes": "0.1.0" },
    }),
    "jsconfig.json": json({
      compilerOptions: {
        ...{ target: "esnext", module: "nodenext", strict: true, checkJs: true, noEmit: true },
        ...{ allowImportingTsExtensions: true, skipLibCheck: true },
        // Those of the Clipwork that made the folder, for editors and for tsc -p jsconfig.json.
        paths: { "@clipwork/engine": [typesOf("@clipwork/engine")], "@clipwork/nodes": [typesOf("@clipwork/nodes")] },
      },
      exclude: ["*.test.js", "node_modules"],
    }),
    "index.js": moduleOf(name),
    "index.test.js": testOf(),
    "workflow.json": json(workflowOf(name)),
  };
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text, { flag: "wx" });
}

const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;

const moduleOf = (name: string) => `import { p } from "@clipwork/engine";
import { defineNode, t } from "@clipwork/nodes";

const negative = defineNode({
  type: "${name}.negative",
  version: 1,
  title: "Negative",
  summary: "Turns light into dark.",
  inputs: { image: t.image("The picture.") },
  outputs: { image: t.image("Its negative.") },
  params: { strength: p.number("1 is a whole negative, 0 leaves the picture.", { default: 1, min: 0, max: 1 }) },
  // A picture is planar RGB, float32 in [-1, 1].
  run: ({ image: { width, height, data } }, { strength }) => ({
    image: { width, height, data: data.map((value) => value * (1 - 2 * strength)) },
  }),
});

export const nodes = [negative];
`;

const testOf = () => `import assert from "node:assert/strict";
import { test } from "node:test";
import { nodes } from "./index.js";

const [negative] = nodes;
/** One pixel, white. */
const image = { width: 1, height: 1, data: Float32Array.of(1, 1, 1) };

test("a whole negative of white is black, and none leaves it", () => {
  const of = (strength) => [...negative.run({ image }, { strength }).image.data];
  assert.deepEqual([of(1), of(0)], [
    [-1, -1, -1],
    [1, 1, 1],
  ]);
});
`;

const workflowOf = (name: string) => ({
  format: "clipwork/1",
  meta: { title: "Negative" },
  nodes: {
    caption: { type: "text.prompt", version: 1, params: { text: "a red cube on sand" } },
    encode: { type: "clip.encode-text", version: 1, inputs: { text: "caption.text" } },
    prior: { type: "prior.diffusion", version: 1, inputs: { text: "encode.embedding" } },
    decode: {
      type: "decoder.sample",
      version: 2,
      inputs: { image: "prior.embedding", text: "encode.embedding" },
    },
    negative: { type: `${name}.negative`, version: 1, inputs: { image: "decode.image" } },
    save: { type: "output.image", version: 1, inputs: { image: "negative.image" }, params: { name: "negative" } },
  },
  exposed: { prompt: "caption.text", seed: ["prior.seed", "decode.seed"], strength: "negative.strength" },
});
