import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type DeviceTrouble, deviceTrouble, firstLine, reinstall } from "./device-trouble.ts";
import type { ProbeAnswer } from "./probe-main.ts";
import type { Provider } from "./provider.ts";

/** What trying a provider found. */
export type ProviderReport = {
  readonly provider: Provider;
  /** It runs, and its results agree with the CPU's. */
  readonly works: boolean;
  /** What was found, or why it does not work. */
  readonly reason: string;
  /** The way out if it does not work. */
  readonly remedy?: string;
  /** How many times as fast as the CPU on a model of convolutions, if measured. */
  readonly speed?: number;
  /** Distinguishes this device's bits from others'; "vary" if they are not the same every time. Undefined on the CPU. */
  readonly bits?: string;
};

export type ProbeOptions = {
  /** Measure the speed as well, which takes longer. */
  readonly timed: boolean;
  /** The module that tries the provider in a process of its own. For tests. */
  readonly module?: string;
  /** The process is abandoned after this many milliseconds. */
  readonly limit?: number;
};

/** Summing float32 in another order stays far below this; a broken kernel does not. Seen: 2e-6 (SwiftShader). */
const tolerance = 1e-3;

/**
 * Tries a provider in an expendable process, because a driver may crash it, hang it or print anything. Never rejects
 * because of what the provider does.
 */
export async function probeProvider(provider: Provider, options: ProbeOptions): Promise<ProviderReport> {
  if (provider === "cpu") return { provider, works: true, reason: "always there", speed: 1 };
  const missing = provider === "cuda" ? missingLibraries() : undefined;
  if (missing) return { provider, works: false, ...missing };
  const { answer, complaint } = await ask(provider, options);
  if ("failed" in answer) {
    const trouble = deviceTrouble(provider, answer.failed, complaint);
    const { reason, remedy } = trouble ?? { reason: firstLine(answer.failed), remedy: reinstall(provider) };
    return { provider, works: false, reason, remedy };
  }
  const { difference, bits = "vary", speed } = answer;
  if (!(difference <= tolerance)) {
    const reason = `its results differ from the CPU's by ${round(difference)} of the largest value`;
    return { provider, works: false, reason, remedy: "Update the GPU's driver, or use --provider cpu." };
  }
  const report = { provider, works: true, bits };
  return speed === undefined ? { ...report, reason: "works" } : { ...report, reason: describeSpeed(speed), speed };
}

const round = (value: number) => Number(value.toPrecision(2));

function describeSpeed(speed: number): string {
  if (speed >= 1) return `works, ${round(speed)} times as fast as the CPU`;
  return `works, but takes ${round(1 / speed)} times as long as the CPU`;
}

/** The answer of the process that tried the provider, or how it ended without one, with what it printed. */
function ask(
  provider: Provider,
  { timed, module = join(import.meta.dirname, "probe-main.ts"), limit = 120_000 }: ProbeOptions,
): Promise<{ answer: ProbeAnswer; complaint: string }> {
  const child = fork(module, [provider, timed ? "timed" : "untimed"], {
    // JSON would turn a difference that is not a number into null, which is below any tolerance.
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let answer: ProbeAnswer | undefined;
  let complaint = "";
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limit);
  child.on("message", (message: ProbeAnswer) => {
    answer = message;
  });
  child.stderr!.on("data", (text) => {
    complaint = (complaint + text).slice(-4000);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      // A driver that answers and then crashes on exit would do the same in a run.
      const end = late ? `did not end within ${limit / 1000} s` : `ended with ${signal ?? `exit code ${code}`}`;
      resolve({ answer: answer && code === 0 ? answer : { failed: `the process that tried it ${end}` }, complaint });
    });
  });
}

/** Why CUDA cannot even be tried: onnxruntime-node ships it separately, and for one platform only. */
function missingLibraries(): DeviceTrouble | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { reason: "onnxruntime-node has it for Linux on x64 only", remedy: "Use webgpu or cpu." };
  }
  const folder = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  if (existsSync(join(folder, "bin", "napi-v6", "linux", "x64", "libonnxruntime_providers_cuda.so"))) return undefined;
  return {
    reason: "NVIDIA's libraries for onnxruntime-node are not installed",
    remedy: "Install them as the README says under On a GPU, or use --provider cpu.",
  };
}
