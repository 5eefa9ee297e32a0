// Claims without their figures: `npm run paper` paints in as many steps as it takes.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { clipwork } from "../cli/clipwork.fixture.ts";
import { claims } from "./claims/index.ts";
import { make } from "./make.ts";

const workflows = join(import.meta.dirname, "..", "..", "workflows");
const cwd = mkdtempSync(join(tmpdir(), "clipwork-paper-"));
after(() => rmSync(cwd, { recursive: true, force: true }));

test("every workflow in workflows/paper has its claim, and the other way round", () => {
  const files = readdirSync(join(workflows, "paper")).map((file) => `paper/${file}`);
  assert.deepEqual(
    Object.values(claims)
      .map(({ workflow }) => workflow)
      .sort(),
    files.sort(),
  );
});

for (const [name, { workflow, settings }] of Object.entries(claims))
  test(`the workflow of ${name} takes the settings of its claim without a warning`, async () => {
    const set = Object.entries(settings(200)).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
    const outcome = await clipwork(["validate", join(workflows, workflow), ...set], { cwd, packs: "" });
    assert.deepEqual([outcome.code, outcome.stderr], [0, ""]);
  });

test("lines of captions are as many as asked for, and differ", () => {
  for (const [name, { settings }] of Object.entries(claims)) {
    const { prompt, count } = settings(48);
    assert.equal(count, 48, name);
    const captions = String(prompt).split("\n");
    if (captions.length > 1) assert.equal(captions.length, 48, name);
  }
});

/** The workflow with two steps a sampler. */
function hurried(workflow: string): string {
  const document = JSON.parse(readFileSync(join(workflows, workflow), "utf8")) as WorkflowJson;
  const samplers = ["decoder.sample", "decoder.invert", "prior.diffusion"];
  const nodes = Object.entries(document.nodes).map(([id, node]) => [
    id,
    samplers.includes(node.type) ? { ...node, params: { ...node.params, steps: 2 } } : node,
  ]);
  const file = join(cwd, "hurried.json");
  writeFileSync(file, JSON.stringify({ ...document, nodes: Object.fromEntries(nodes) }));
  return file;
}

for (const [name, { workflow, settings, pictures, read }] of Object.entries(claims))
  test(`${name} reads figures, differences and as many pictures as it says from what its workflow makes`, async () => {
    const count = 2;
    const [data, out] = [join(cwd, "data"), join(cwd, "out")];
    const made = await make({ file: hurried(workflow), settings: settings(count), data, out });
    const finding = read(made);
    const estimates = [
      ...finding.measured.map(({ estimate }) => estimate),
      ...finding.comparisons.map(({ difference }) => difference),
    ];
    assert.ok(finding.measured.length > 0 && finding.comparisons.length > 0);
    for (const { value, low, high } of estimates) assert.ok(low <= value && value <= high, `${low} ${value} ${high}`);
    for (const [, files] of finding.pictures) assert.equal(files.length, count);
    const painted = readdirSync(out).filter((file) => file.endsWith(".png"));
    assert.ok(painted.length >= pictures * count, `${painted.length} pictures`);
  });
