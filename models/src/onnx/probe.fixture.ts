// Stands in for probe-main.ts: answers or ends as PROBE_BEHAVIOUR says.
import type { ProbeAnswer } from "./probe-main.ts";

const answers: { readonly [behaviour: string]: ProbeAnswer } = {
  "answer, then abort": { difference: 0, bits: "0" },
  wrong: { difference: 0.25, bits: "0", speed: 12 },
  "not a number": { difference: Number.NaN, bits: "0", speed: 12 },
  slow: { difference: 1e-6, bits: "0", speed: 0.025 },
  fast: { difference: 1e-6, bits: "0", speed: 12 },
  unloaded: { failed: "Failed to load shared library" },
};

const behaviour = process.env.PROBE_BEHAVIOUR!;
if (behaviour === "unloaded") {
  const missing = "libcudnn.so.9: cannot open shared object file: No such file or directory";
  process.stderr.write(`[E:onnxruntime] Failed to load library x.so with error: ${missing}\n`);
}
const answer = answers[behaviour];
if (answer) await new Promise((resolve) => process.send!(answer, resolve));
if (behaviour.endsWith("abort")) process.abort();
if (behaviour === "hang") setInterval(() => {}, 1000);
else process.disconnect();
