// `npm run bench`: every measurement in a process of its own, then BENCHMARKS.md from the template. With names it only prints
// what those measurements find.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Findings, findingsMarkdown } from "./findings.ts";
import { describeMachine, describeOthers, watchOthers } from "./machine.ts";
import { root } from "./places.ts";

/** These run in a page, so they are checked with a browser's types: this program only names them. */
const canvasInBrowser: string = "../browser/measure-canvas.ts";
const previewsInBrowser: string = "../browser/measure-preview.ts";
const mapInBrowser: string = "../browser/measure-map.ts";

const measurements: { readonly [name: string]: () => Promise<{ measure(): Promise<Findings> }> } = {
  "text-to-image": () => import("./text-to-image.ts"),
  diffusers: () => import("./diffusers.ts"),
  "model-steps": () => import("./model-steps.ts"),
  "no-op-graphs": () => import("./no-op-graphs.ts"),
  "cached-run": () => import("./cached-run.ts"),
  "cached-chain": () => import("./cached-chain.ts"),
  "small-runs": () => import("./small-runs.ts"),
  "kept-values": () => import("./kept-values.ts"),
  memory: () => import("./memory.ts"),
  server: () => import("./server.ts"),
  "large-submission": () => import("./large-submission.ts"),
  "held-sockets": () => import("./held-sockets.ts"),
  kills: () => import("./kills.ts"),
  inversion: () => import("./inversion.ts"),
  inpainting: () => import("./inpainting.ts"),
  "redis-latency": () => import("./redis-latency.ts"),
  "runs-at-once": () => import("./runs-at-once.ts"),
  "sharing-policy": () => import("./sharing-policy.ts"),
  "fleet-throughput": () => import("./fleet-throughput.ts"),
  capacity: () => import("./capacity.ts"),
  "capacity-plan": () => import("./capacity-plan.ts"),
  "sixteen-seeds": () => import("./sixteen-seeds.ts"),
  editor: () => import(canvasInBrowser),
  previews: () => import(previewsInBrowser),
  map: () => import(mapInBrowser),
};

const tell = (text: string) => process.stderr.write(`${text}\n`);

/** One measurement's Markdown, from a process that does nothing else. */
function measureApart(name: string): string {
  const start = performance.now();
  const othersSince = watchOthers();
  const result = spawnSync(process.execPath, [import.meta.filename, name], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (result.status !== 0) throw new Error(`the measurement ${name} failed`);
  tell(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  return [result.stdout.trimEnd(), describeOthers(othersSince())].filter(Boolean).join("\n\n");
}

/** Shows what was found at once: the document is written only when all is measured. */
function measureTold(name: string): string {
  const markdown = measureApart(name);
  tell(`${markdown}\n`);
  return markdown;
}

/** Fills every {{name}} of the template; a name without a value, or the other way round, is an error. */
function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  const unused = new Set(Object.keys(values));
  const filled = template.replace(/\{\{([\w-]+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template wants "${name}", which nothing measures`);
    unused.delete(name);
    return value;
  });
  if (unused.size > 0) throw new Error(`the template has no place for ${[...unused].join(", ")}`);
  return filled;
}

function writeDocument(): void {
  const values: Record<string, string> = { machine: describeMachine() };
  for (const name of Object.keys(measurements)) values[name] = measureTold(name);
  const template = readFileSync(join(import.meta.dirname, "template.md"), "utf8");
  writeFileSync(join(root, "BENCHMARKS.md"), fillTemplate(template, values));
  tell("wrote BENCHMARKS.md");
}

const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(measurements, name));
if (unknown !== undefined) {
  tell(`There is no measurement "${unknown}": use ${Object.keys(measurements).join(", ")}.`);
  process.exitCode = 2;
} else if (names.length === 0) {
  writeDocument();
} else if (names.length === 1) {
  const { measure } = await measurements[names[0]!]!();
  process.stdout.write(`${findingsMarkdown(await measure())}\n`);
} else {
  for (const name of names) process.stdout.write(`${name}\n\n${measureApart(name)}\n\n`);
}
