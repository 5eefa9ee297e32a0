// `node test/bench/true-size.ts FOLDER [--torch PRIOR]`: loads each stage of a pack and makes one step of it, all in this process,
// as a run does. FOLDER is a pack, such as Karlo's at its true size: `python -m training.export.karlo_size NEW_FOLDER`, then
// `npm start -- models import NEW_FOLDER --name karlo-size`. PRIOR is the folder of its prior for diffusers, which then makes
// the same step in turn. Not a part of `npm run bench`, which measures what every machine has.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { deviceQueue, loadPack, type Tensor, type Tensors } from "@clipwork/models";
import { createOnnxRunner, freeMemory, type PortInfo } from "@clipwork/models/onnx";
import { knownHashes } from "../../server/src/installed/known-hashes.ts";
import { findingsMarkdown } from "./findings.ts";
import { python, root } from "./places.ts";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { torch: { type: "string" } } });
const [folder] = positionals;
if (folder === undefined) throw new Error("name the folder of a pack");

/** Gigabytes of this process's memory: its own, and of files that it maps. */
function memory(): { readonly own: number; readonly mapped: number } {
  const status = readFileSync("/proc/self/status", "utf8");
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)![1]);
  return { own: (1024 * kilobytes("RssAnon")) / 1e9, mapped: (1024 * kilobytes("RssFile")) / 1e9 };
}

/** Of the work: seconds, those of all processors, and the most own memory of the process, looked at every 20 ms. */
async function watched(work: () => Promise<unknown>) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let { own: peak } = memory();
  const look = setInterval(() => (peak = Math.max(peak, memory().own)), 20);
  await work();
  clearInterval(look);
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, peak: Math.max(peak, memory().own) };
}

/** Feeds of any content: the time of a step does not depend on it. `side` is that of pictures whose size the graph leaves open. */
function makeFeeds(ports: readonly PortInfo[], names: { readonly [own: string]: string }, rows: number, side: number) {
  const tensors = ports.map(({ name, type, shape: [, ...inner] }): [string, Tensor] => {
    const shape = [rows, ...inner.map((size) => (typeof size === "number" ? size : side))];
    const length = shape.reduce((product, size) => product * size);
    if (type === "int32") return [names[name] ?? name, { shape, data: new Int32Array(length).fill(7) }];
    const value = (i: number) => (name.endsWith("mask") ? 1 : name === "timestep" ? 480 : Math.sin(1.7 * i));
    return [names[name] ?? name, { shape, data: Float32Array.from({ length }, (_, i) => value(i)) }];
  });
  return Object.fromEntries(tensors) satisfies Tensors;
}

/** What `python -m training.judge.torch_prior` prints. */
type Torch = { readonly load: number; readonly step: number; readonly own: number; readonly peak: number };

function torchPrior(prior: string): Torch {
  const program = ["-m", "training.judge.torch_prior", resolve(prior), "--threads", `${availableParallelism()}`];
  const { status, stdout } = spawnSync(python, program, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error("torch's step failed");
  return JSON.parse(stdout) as Torch;
}

const name = basename(resolve(folder));
const pack = await loadPack(folder, await knownHashes(join(resolve(folder), "..", "..", "hashes.json")));
const runner = createOnnxRunner({ packs: new Map([[name, pack]]) });
const models = deviceQueue(runner);
const table: string[][] = [];
const fixed = (value: number, digits = 2) => value.toFixed(digits);
let most = 0;
for (const [stage, section] of Object.entries(pack.manifest.stages)) {
  const guided =
    section.role === "prior" || (section.role === "denoiser" && section.finishes === undefined && !section.enlarges);
  const enlarging = section.role === "denoiser" ? pack.manifest.stages[section.finishes ?? stage]! : section;
  const size = enlarging.role === "denoiser" && enlarging.finishes === undefined ? enlarging.sample.size : 64;
  const load = await watched(() => runner.warm(name, stage));
  const loaded = memory();
  const { inputs, bytes, mapped } = await runner.warm(name, stage);
  const feeds = makeFeeds(inputs, section.inputs ?? {}, guided ? 2 : 1, Array.isArray(size) ? size[0] : size);
  const step = await watched(() => models.run({ pack: name, stage, feeds }));
  const after = memory();
  most = Math.max(most, load.peak, step.peak);
  const row = [
    ...[stage, `${guided ? 2 : 1}`, fixed((bytes + mapped) / 1e9), fixed(load.wall, 1), fixed(load.cpu, 1)],
    ...[
      fixed(loaded.own),
      fixed(step.wall, 1),
      fixed(step.cpu, 1),
      fixed(after.own),
      fixed(step.peak),
      fixed(after.mapped),
    ],
  ];
  process.stderr.write(`${row.join(" | ")}\n`);
  table.push(row);
}
const beside = values.torch === undefined ? [] : [torchPrior(values.torch)];
const notes = [
  `The most own memory of the process was ${fixed(most)} GB, with ${runner.numerics}; ${fixed(freeMemory() / 1e9, 1)} GB are free at the end.`,
  ...beside.map(
    ({ load, step, own, peak }) =>
      `torch's prior: ${fixed(load, 1)} s of processor time to load, ${fixed(step, 1)} s for the same step; ${fixed(own)} GB of own memory when loaded, ${fixed(peak)} GB at the peak.`,
  ),
];
await models.close();
const head = [
  ...["stage", "rows", "session and weights, GB", "load, s", "load, CPU s", "own memory then, GB"],
  ...["step, s", "step, CPU s", "own memory then, GB", "peak in the step, GB", "mapped, GB"],
];
process.stdout.write(`${findingsMarkdown({ head, rows: table, notes })}\n`);
