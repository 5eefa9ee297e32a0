import { execFile } from "node:child_process";
import type { Provider } from "./provider.ts";

/** How long the driver's tool may take to answer, in milliseconds. */
const answerMs = 5_000;
const MiB = 2 ** 20;

/** Runs a program and gives what it wrote, undefined if it is not there or fails: tests give another. */
export type Ask = (program: string, args: readonly string[]) => Promise<string | undefined>;

const askSystem: Ask = (program, args) =>
  new Promise((resolve) => {
    execFile(program, args, { timeout: answerMs, encoding: "utf8" }, (error, stdout) =>
      resolve(error ? undefined : stdout),
    );
  });

/**
 * Bytes of memory of the GPU that a provider runs models on, as its driver tells; of several the first, on which sessions are made. Undefined where nobody
 * tells: WebGPU has no question for it, and of CUDA it is the driver's `nvidia-smi` that answers.
 */
export async function gpuMemory(provider: Provider, ask: Ask = askSystem): Promise<number | undefined> {
  if (provider !== "cuda") return undefined;
  const text = await ask("nvidia-smi", ["--query-gpu=memory.total", "--format=csv,noheader,nounits", "--id=0"]);
  const count = Number((text ?? "").trim());
  return Number.isSafeInteger(count) && count > 0 ? count * MiB : undefined;
}
