// `node test/bench/providers.ts cpu webgpu`: every stage of the toybox on each provider, and how far the outputs lie apart.
// Not a part of `npm run bench`, which measures what every machine has.
import { loadPack, type Tensor, type Tensors } from "@clipwork/models";
import { cpuDevice, createOnnxRunner, type Device, type OnnxRunner, providers } from "@clipwork/models/onnx";
import { findingsMarkdown } from "./findings.ts";
import { toybox } from "./places.ts";
import { show, spread, timed } from "./statistics.ts";

/** Calls that are counted; one before them compiles and allocates. */
const calls = 7;
const rowsOf = (stage: string) => (stage === "upsampler-1024" ? [1] : stage === "upsampler-256" ? [1, 2] : [1, 2, 8]);

type Ports = Awaited<ReturnType<OnnxRunner["warm"]>>["inputs"];

/** Feeds of any content under the format's names: the time of a call does not depend on it. */
function makeFeeds(ports: Ports, names: { readonly [own: string]: string }, rows: number): Tensors {
  const tensors = ports.map(({ name, type, shape: [, ...inner] }): [string, Tensor] => {
    const shape = [rows, ...inner.map(Number)];
    const length = shape.reduce((product, size) => product * size);
    if (type === "int32") return [names[name] ?? name, { shape, data: new Int32Array(length).fill(7) }];
    const value = (i: number) => (name === "mask" ? 1 : name === "timestep" ? 480 : Math.sin(1.7 * i));
    return [names[name] ?? name, { shape, data: Float32Array.from({ length }, (_, i) => value(i)) }];
  });
  return Object.fromEntries(tensors);
}

/** The largest difference of any output's values, as a part of that output's largest value. */
function difference(actual: Tensors, expected: Tensors): number {
  const parts = Object.entries(expected).map(([name, { data }]) => {
    const other = actual[name]!.data;
    let [largest, worst] = [0, 0];
    for (const [i, value] of data.entries()) {
      largest = Math.max(largest, Math.abs(value));
      worst = Math.max(worst, Math.abs(other[i]! - value));
    }
    return worst / largest;
  });
  return Math.max(...parts);
}

const compared = providers.filter((provider) => process.argv.slice(2).includes(provider));
if (compared.length === 0) throw new Error(`name the providers to compare, of ${providers.join(", ")}`);
const pack = await loadPack(toybox);
const packs = new Map([["toybox", pack]]);
// No value is kept here, so nothing depends on what tells this device's bits from another's.
const device = (provider: Device["provider"]) => (provider === "cpu" ? cpuDevice() : { provider, numerics: provider });
const runners = compared.map((provider) => createOnnxRunner({ packs, device: device(provider) }));
const table: string[][] = [];
for (const [stage, { inputs: names = {} }] of Object.entries(pack.manifest.stages)) {
  for (const rows of rowsOf(stage)) {
    const cells = [stage, `${rows}`];
    let expected: Tensors | undefined;
    for (const runner of runners) {
      const { inputs } = await runner.warm("toybox", stage);
      const call = { pack: "toybox", stage, feeds: makeFeeds(inputs, names, rows) };
      const outputs = await runner.run(call);
      const times: number[] = [];
      for (let i = 0; i < calls; i++) times.push(await timed(() => runner.run(call)));
      cells.push(show(spread(times), 1));
      if (expected) cells.push(difference(outputs, expected).toExponential(1));
      expected ??= outputs;
    }
    table.push(cells);
  }
}
await Promise.all(runners.map((runner) => runner.close()));
const heads = compared.flatMap((name, i) => (i === 0 ? [`${name}, ms`] : [`${name}, ms`, "difference"]));
process.stdout.write(`${findingsMarkdown({ head: ["stage", "rows", ...heads], rows: table, notes: [] })}\n`);
