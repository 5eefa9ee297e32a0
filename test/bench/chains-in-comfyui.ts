import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { processorMs } from "./machine.ts";
import { temporaryFolder } from "./places.ts";
import type { Chains } from "./small-runs.ts";

const port = 18_188;
const url = `http://127.0.0.1:${port}`;
/** Its Python: that of its own environment, if it has one. */
const python = process.env.CLIPWORK_COMFYUI_PYTHON ?? "python3";

/** A picture of one colour that is inverted again and again, and saved. The name is its colour. */
function chain(nodes: number, name: number): object {
  const all: Record<string, object> = {
    1: { class_type: "EmptyImage", inputs: { width: 64, height: 64, batch_size: 1, color: name } },
  };
  for (let i = 2; i <= nodes; i++) all[i] = { class_type: "ImageInvert", inputs: { image: [`${i - 1}`, 0] } };
  const save = { class_type: "SaveImage", inputs: { images: [`${nodes}`, 0], filename_prefix: "bench" } };
  return { ...all, save };
}

async function ask(path: string, body?: object): Promise<Response> {
  const response = await fetch(`${url}${path}`, body && { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`ComfyUI: ${path} ${response.status} ${await response.text()}`);
  return response;
}

/** The ComfyUI in that folder, on the CPU, with outputs in a folder of its own, and one viewer of its runs. */
export async function comfyUiChains(context: { after(work: () => unknown): void }, folder: string): Promise<Chains> {
  const options = ["--cpu", "--port", `${port}`, "--disable-all-custom-nodes", "--output-directory", temporaryFolder()];
  const child = spawn(python, ["main.py", ...options], { cwd: folder, stdio: "ignore" });
  context.after(() => child.kill("SIGKILL"));
  while (
    !(await fetch(`${url}/system_stats`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`ComfyUI in ${folder} ended with ${child.exitCode}.`);
    await wait(200);
  }
  const client_id = randomUUID();
  const waiting = new Map<string, () => void>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws?clientId=${client_id}`);
  context.after(() => socket.close());
  const ended = new Set<string>();
  socket.addEventListener("message", ({ data }) => {
    if (typeof data !== "string") return;
    const { type, data: about } = JSON.parse(data);
    if (type !== "execution_success") return;
    ended.add(about.prompt_id);
    waiting.get(about.prompt_id)?.();
  });
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  const run = async (nodes: number, name: number) => {
    const reply = await ask("/prompt", { prompt: chain(nodes, name), client_id });
    const { prompt_id } = (await reply.json()) as { readonly prompt_id: string };
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.set(prompt_id, resolve);
    if (ended.has(prompt_id)) resolve();
    await promise;
  };
  return {
    run,
    runAll: async (nodes, names) => void (await Promise.all(names.map((name) => run(nodes, name)))),
    processors: () => ({ server: processorMs(child.pid!) }),
  };
}
