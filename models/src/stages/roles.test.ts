import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { example } from "./example.fixture.ts";

const depth = `
import { known, readFields, readInteger } from "../fields/fields.ts";
import { defineStage } from "./define-stage.ts";
import { stageFiles } from "./files.ts";

export const depth = defineStage({
  role: "depth",
  read: (section, field) =>
    readFields(section, field, {
      role: known("depth"),
      ...stageFiles,
      levels: (value, at) => readInteger(value, at, 1, 256),
    }),
  countsBeside: (_, { latents }) => latents.movq.factor,
  facts: ({ levels }) => ({ part: "depth", facts: { levels } }),
});
`;

test("a new role is one file and one line: its stages are read, checked, hashed and offered to nodes", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-role-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const models = join(import.meta.dirname, "..", "..");
  cpSync(join(models, "src"), join(folder, "src"), { recursive: true });
  cpSync(join(models, "package.json"), join(folder, "package.json"));
  symlinkSync(join(models, "node_modules"), join(folder, "node_modules"), "junction");
  const index = join(folder, "src", "stages", "index.ts");
  writeFileSync(join(folder, "src", "stages", "depth.ts"), depth);
  writeFileSync(index, `${readFileSync(index, "utf8")}export { depth } from "./depth.ts";\n`);

  const copy = await import(pathToFileURL(join(folder, "src", "index.ts")).href);
  const files = { file: "far.onnx", sha256: "0".repeat(64) };
  const withDepth = (more: object) => ({
    ...example,
    stages: { ...example.stages, far: { role: "depth", ...files, levels: 9, ...more } },
  });
  const manifest = copy.readManifest(withDepth({}));
  assert.deepEqual(manifest.stages.far, { role: "depth", ...files, levels: 9 });
  assert.deepEqual(copy.partsOf(manifest).get("depth"), { stage: "far", facts: { levels: 9 } });
  assert.throws(() => copy.readManifest(withDepth({ levels: 0 })), /stages.far.levels is 0/);
  assert.throws(() => copy.readManifest(withDepth({ layers: 3 })), /stages.far has the field "layers"/);

  const digest = (change: (copy: typeof manifest) => void) => {
    const changed = structuredClone(manifest);
    change(changed);
    return copy.stageDigests({ manifest: changed }).far;
  };
  const digests = [
    () => {},
    (c: typeof manifest) => (c.stages.far.levels = 8),
    (c: typeof manifest) => (c.latents.movq.factor = 4),
  ];
  assert.equal(new Set(digests.map(digest)).size, 3);
});
