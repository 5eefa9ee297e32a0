import type { Ports } from "../editor/ports.ts";

/** Arranges graphs in a worker, which is loaded when it is first needed, and ends with each answer. */
export const arrangeInWorker: Ports["arrange"] = (graph, signal) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("../arrange/worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      worker.terminate();
      resolve(data);
    });
    worker.addEventListener("error", ({ message }) => {
      worker.terminate();
      reject(new Error(`The nodes could not be arranged: ${message || "the worker did not load"}`));
    });
    signal?.addEventListener("abort", () => {
      worker.terminate();
      resolve(undefined);
    });
    worker.postMessage(graph);
  });
