import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Bound, bindGraph } from "../checkpoint/bind-graph.ts";
import { hashFile } from "../pack/hash-file.ts";
import { SessionCache } from "./session-cache.ts";
import { sessionMemory } from "./session-memory.ts";
import { linearTemplate } from "./tiny-graph.fixture.ts";

const file = "linear.safetensors";

/** The graph of a Linear whose weights lie in a file. */
function linear(weight: Partial<Bound>, [outputs, inputs]: readonly [number, number] = [2, 3]): Uint8Array {
  const bytes = 4 * outputs * inputs;
  const common = { file, type: "F32", offset: 0 };
  const bound = new Map<string, Bound>([
    ["linear.weight", { ...common, shape: [outputs, inputs], bytes, ...weight }],
    ["linear.bias", { ...common, shape: [outputs], bytes: 4 * outputs }],
  ]);
  return bindGraph(linearTemplate(outputs, inputs), bound, { [file]: file });
}

const onCpu = (graph: Uint8Array) => sessionMemory(graph, { provider: "cpu", data: 1000 }) - graph.length;

test("mapped weights take none on the CPU; those that are cast or turned are copied as float32, once", () => {
  assert.equal(onCpu(linear({})), 0);
  assert.equal(onCpu(linear({ type: "F16", bytes: 12 })), 24);
  assert.equal(onCpu(linear({ shape: [3, 2], transposed: true })), 24);
  assert.equal(onCpu(linear({ shape: [3, 2], type: "BF16", bytes: 12, transposed: true })), 24);
});

test("another provider copies external data to its device", () => {
  const graph = linear({});
  assert.equal(sessionMemory(graph, { provider: "webgpu", data: 1000 }), graph.length + 1000);
});

const status = "/proc/self/status";
/** Megabytes of this process's memory that belong to no file. */
const anonymous = () => Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8"))![1]) / 1024;

test("a session leaves its weights in the file", { skip: !existsSync(status) }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-mapped-"));
  const cache = new SessionCache({ provider: "cpu", threads: 1, sessionBytes: 0 });
  context.after(async () => {
    await cache.releaseAll();
    rmSync(folder, { recursive: true });
  });
  // 128 MB of zeros, which take no space on the disk.
  const [outputs, inputs] = [4096, 8192] as const;
  const [data, path] = [join(folder, file), join(folder, "linear.onnx")];
  writeFileSync(data, "");
  truncateSync(data, 4 * outputs * inputs);
  const graph = linear({}, [outputs, inputs]);
  writeFileSync(path, graph);
  const at = {
    ...{ pack: "pack", stage: "linear", inputs: {} },
    graph: { path, sha256: hash("sha256", graph) },
    data: [{ path: data, sha256: await hashFile(data) }],
  };
  const before = anonymous();
  const { Tensor } = await import("onnxruntime-node");
  await cache.use(at, async ({ session, info }) => {
    const sample = new Tensor("float32", new Float32Array(inputs), [1, inputs]);
    assert.equal((await session.run({ sample })).output!.data.length, outputs);
    assert.equal(info.bytes, graph.length);
    const grown = anonymous() - before;
    context.diagnostic(`${grown.toFixed(0)} MB`);
    assert.ok(grown < 64, `${grown} MB`);
  });
});
