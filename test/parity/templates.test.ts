// Networks of families whose pipelines are not imported as a whole, each bound to its own file as it was published and compared with torch:
// one without a timestep, ones of latents, halves, names of 2022, those of open_clip.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { deviceQueue, loadPack, type Tensor } from "@clipwork/models";
import { createOnnxRunner } from "@clipwork/models/onnx";
import { bindGraph } from "../../models/src/checkpoint/bind-graph.ts";
import { openClipFile, openClipNetworks } from "../../models/src/checkpoint/families/open-clip.ts";
import { type Network, openNetworks } from "../../models/src/checkpoint/network.ts";
import { openTemplates } from "../../models/src/checkpoint/template.ts";
import { assertClose, type GoldenArray, numbers, readGolden } from "./golden.ts";

type Arrays = { readonly [name: string]: GoldenArray };
type Golden = {
  readonly checkpoint: string;
  readonly component: string;
  readonly role: string;
  readonly feeds: Arrays;
  readonly outputs: Arrays;
};

const fixtures = join(import.meta.dirname, "..", "fixtures");
const goldens = readGolden<Golden[]>("checkpoints");
const folder = join(mkdtempSync(join(tmpdir(), "clipwork-templates-")), "bound");
after(() => rmSync(join(folder, ".."), { recursive: true }));

/** A pack of the goldens' networks, whose stages are called by their number. */
async function bound() {
  const library = await openTemplates(join(fixtures, "templates"));
  const stages: { [name: string]: object } = {};
  mkdirSync(folder);
  for (const [i, { checkpoint, component, role }] of goldens.entries()) {
    const from = join(fixtures, "checkpoints", checkpoint, component);
    const those = goldens.filter((one) => one.checkpoint === checkpoint && one.component === component);
    const roles = those.map((one) => one.role);
    const networks: { readonly [role: string]: Network } = existsSync(join(from, openClipFile))
      ? (await openClipNetworks(library, from)).networks
      : await openNetworks(library, from, roles);
    const { graph, match, weights } = networks[role]!;
    const names = Object.fromEntries(weights.files.map((path) => [path, `${i}-${basename(path)}`]));
    for (const [path, name] of Object.entries(names)) cpSync(path, join(folder, name));
    writeFileSync(join(folder, `${i}.onnx`), bindGraph(graph.bytes, match.bound, names));
    const file = (name: string) => ({ file: name, sha256: hash("sha256", readFileSync(join(folder, name))) });
    stages[`stage-${i}`] = { role: "other", ...file(`${i}.onnx`), externalData: Object.values(names).map(file) };
  }
  const head = { format: "clipwork-pack/2", name: "bound", title: "Bound", version: "1", licence: "none" };
  const manifest = { ...head, spaces: {}, texts: {}, vocabulary: {}, stages };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  return loadPack(folder);
}

const runner = deviceQueue(createOnnxRunner({ packs: new Map([["bound", await bound()]]), threads: 1 }));
after(() => runner.close());

const tensor = (name: string, array: GoldenArray): Tensor => ({
  shape: array.shape,
  data: name === "ids" ? Int32Array.from(numbers(array)) : numbers(array),
});

for (const [i, { checkpoint, component, role, feeds, outputs }] of goldens.entries()) {
  test(`${checkpoint} ${component}: its ${role} computes what torch does`, async (t) => {
    const given = Object.entries(feeds).map(([name, array]) => [name, tensor(name, array)] as const);
    const found = await runner.run({ pack: "bound", stage: `stage-${i}`, feeds: Object.fromEntries(given) });
    assert.deepEqual(Object.keys(found).sort(), Object.keys(outputs).sort());
    for (const [name, array] of Object.entries(outputs)) {
      assert.deepEqual(found[name]!.shape, array.shape);
      const error = assertClose(found[name]!.data as Float32Array, numbers(array), 1e-4, name);
      t.diagnostic(`${name}: ${error.toExponential(1)}`);
    }
  });
}
