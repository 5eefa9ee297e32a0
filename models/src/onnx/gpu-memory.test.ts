import assert from "node:assert/strict";
import { test } from "node:test";
import { gpuMemory } from "./gpu-memory.ts";

const saying = (text: string | undefined) => async () => text;

test("the memory of a GPU is what the driver's tool says of the first, in MiB", async () => {
  const asked: string[] = [];
  const ask = async (program: string, args: readonly string[]) => {
    asked.push([program, ...args].join(" "));
    return "81559\n";
  };
  assert.equal(await gpuMemory("cuda", ask), 81_559 * 2 ** 20);
  assert.deepEqual(asked, ["nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits --id=0"]);
});

test("where nobody tells it is unknown: without the tool, if it says something else, and on WebGPU", async () => {
  for (const text of [undefined, "", "[N/A]\n", "No devices were found\n"])
    assert.equal(await gpuMemory("cuda", saying(text)), undefined, text);
  assert.equal(await gpuMemory("webgpu", saying("81559\n")), undefined);
});
