import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Tensor } from "onnxruntime-node";
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

const onCpu = (graph: Uint8Array) => {
  const { own, mapped } = sessionMemory(graph, { provider: "cpu", data: 1000 });
  assert.equal(mapped, 1000);
  return own - graph.length;
};

test("mapped weights take none on the CPU; those that are cast or turned are copied as float32, once", () => {
  assert.equal(onCpu(linear({})), 0);
  assert.equal(onCpu(linear({ type: "F16", bytes: 12 })), 24);
  assert.equal(onCpu(linear({ shape: [3, 2], transposed: true })), 24);
  assert.equal(onCpu(linear({ shape: [3, 2], type: "BF16", bytes: 12, transposed: true })), 24);
});

test("another provider copies external data to its device", () => {
  const graph = linear({});
  assert.deepEqual(sessionMemory(graph, { provider: "webgpu", data: 1000 }), { own: graph.length + 1000, mapped: 0 });
});

const measure = join(import.meta.dirname, "session-memory.fixture.ts");
const status = "/proc/self/status";
/** Megabytes of this process's memory that belong to no file. */
const anonymous = () => Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8"))![1]) / 1024;

/** 128 MB of float32 in 32 million numbers. The weights are zeros, which take no space on the disk. */
const [outputs, inputs] = [4096, 8192] as const;
const whole = (4 * outputs * inputs) / 2 ** 20;

/** The megabytes that a session of one large Linear says to take, and those by which the process has grown when it has run. */
async function loadLinear(context: TestContext, weight: Partial<Bound>) {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-mapped-"));
  const cache = new SessionCache({ provider: "cpu", threads: 1, sessionBytes: 0 });
  context.after(async () => {
    await cache.releaseAll();
    rmSync(folder, { recursive: true });
  });
  const [data, path] = [join(folder, file), join(folder, "linear.onnx")];
  writeFileSync(data, "");
  truncateSync(data, 4 * outputs * inputs);
  const graph = linear(weight, [outputs, inputs]);
  writeFileSync(path, graph);
  const at = {
    ...{ pack: "pack", stage: "linear", inputs: {} },
    graph: { path, sha256: hash("sha256", graph) },
    data: [{ path: data, sha256: await hashFile(data) }],
  };
  const before = anonymous();
  return cache.use(at, async ({ session, info }) => {
    const sample = new Tensor("float32", new Float32Array(inputs), [1, inputs]);
    assert.equal((await session.run({ sample })).output!.data.length, outputs);
    const grown = anonymous() - before;
    context.diagnostic(`said ${(info.bytes / 2 ** 20).toFixed(0)} MB, taken ${grown.toFixed(0)} MB`);
    return { said: info.bytes / 2 ** 20, mapped: info.mapped / 2 ** 20, grown };
  });
}

const measured = { skip: !existsSync(status) };

test("a session leaves its weights in the file", measured, async (context) => {
  const { said, mapped, grown } = await loadLinear(context, {});
  assert.ok(said < 1 && mapped === whole, `${said} MB, ${mapped} MB mapped`);
  assert.ok(grown < 64, `${grown} MB`);
});

test("a session whose weights are cast takes what it says, within a tenth", measured, async (context) => {
  for (const type of ["F16", "BF16"]) {
    const { said, grown } = await loadLinear(context, { type, bytes: 2 * outputs * inputs });
    assert.ok(Math.abs(said - whole) < 1, `${said} MB`);
    assert.ok(Math.abs(grown - said) < said / 10 + 8, `${type}: said ${said} MB, taken ${grown} MB`);
  }
});

test("a session whose weights lie in its graph takes what it says, within a third", measured, async (context) => {
  // In a process of its own: what other sessions have freed would be taken first. A small session brings the runtime.
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", measure], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { said, grown } = JSON.parse(stdout) as { readonly said: number; readonly grown: number };
  context.diagnostic(`said ${said} MB, taken ${grown} MB`);
  assert.ok(Math.abs(grown - said) < said / 3, `said ${said} MB, taken ${grown} MB`);
});
