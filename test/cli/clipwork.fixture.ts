import { spawn } from "node:child_process";
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";

export const main = join(import.meta.dirname, "..", "..", "server", "src", "cli", "start.mjs");
/** The folder whose packs the tests use; `random-pack` is small and knows nothing. */
export const fixturePacks = join(import.meta.dirname, "..", "fixtures");

export type Outcome = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of standard output as JSON. */
  readonly events: () => Event[];
  /** The last of them. */
  readonly last: () => Event & { outputs: { node: string; item: number; file: string; pixels: string }[] };
};

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a stranger would see
export type Event = { event: string; [field: string]: any };

export type Options = {
  readonly cwd: string;
  readonly packs?: string;
  /** Set beside what this process has. */
  readonly environment?: NodeJS.ProcessEnv;
  /** As a user who may write nothing, under `withoutWriting`. */
  readonly reader?: boolean;
  /** No file may grow beyond so many KiB: a write fails as it does on a full disk. */
  readonly maxFile?: number;
  /** Called with each event as it comes, and with the process. */
  readonly onEvent?: (event: Event, child: Running) => void;
  /** Called with all of standard error so far, whenever there is more of it. */
  readonly onError?: (text: string, child: Running) => void;
};

export type Running = { readonly pid: number; kill(signal: NodeJS.Signals): void };

/** Runs the command line as a user would, in a folder of its own, and waits for its end. */
export function clipwork(
  args: readonly string[],
  { cwd, packs = fixturePacks, environment, reader = false, maxFile, onEvent, onError }: Options,
): Promise<Outcome> {
  const env = {
    ...process.env,
    CLIPWORK_PACKS: packs,
    CLIPWORK_NODES: "",
    CLIPWORK_DATA: join(cwd, "default-data"),
    ...environment,
  };
  const limited = maxFile === undefined ? [] : ["sh", "-c", `ulimit -f ${maxFile * 2}; exec "$@"`, "sh"];
  const [command, ...rest] = [...limited, process.execPath, main, ...args];
  const child = spawn(command!, rest, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    ...(reader ? anotherUser : {}),
  });
  const running: Running = { pid: child.pid!, kill: (signal) => void child.kill(signal) };
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
    onError?.(stderr, running);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    stdout += `${line}\n`;
    onEvent?.(JSON.parse(line), running);
  });
  const events = () =>
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr, events, last: () => events().at(-1) }));
  });
}

/** Root may write whatever the modes say, so that a reader has to be somebody else. */
const anotherUser = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** Lets everybody read all that is in the folder, and nobody write it while `work` is under way. */
export async function withoutWriting(folder: string, work: () => Promise<void>): Promise<void> {
  const modes = [folder, ...listing(folder).map((name) => join(folder, name))].map(
    (path) => [path, statSync(path)] as const,
  );
  chmodSync(dirname(folder), 0o755);
  for (const [path, info] of modes) chmodSync(path, info.isDirectory() ? 0o555 : 0o444);
  try {
    await work();
  } finally {
    for (const [path, { mode }] of modes) chmodSync(path, mode);
  }
}

/** The process's children, as Linux tells them. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
}

/** A new folder that goes away with the test. */
export function folderFor(context: Pick<TestContext, "after">): string {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-cli-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** All files and folders below, to see that nothing was written. */
export function listing(folder: string): string[] {
  return globSync("**/*", { cwd: folder }).sort();
}

type Node = { type: string; version: number; params?: object; inputs?: { [port: string]: string }; mode?: string };
export type Workflow = {
  format: string;
  nodes: { [id: string]: Node };
  exposed: { [name: string]: string | string[] };
};

/** The whole hierarchy on the random pack: 64 pixels, six nodes that run, three steps a sampler. */
export function hierarchy(): Workflow {
  const pack = "random-pack";
  return {
    format: "clipwork/1",
    nodes: {
      caption: { type: "text.prompt", version: 1, params: { text: "red cube" } },
      encode: { type: "clip.encode-text", version: 1, inputs: { text: "caption.text" }, params: { pack } },
      prior: { type: "prior.diffusion", version: 1, inputs: { text: "encode.embedding" }, params: { pack, seed: 7 } },
      decode: {
        type: "decoder.sample",
        version: 2,
        inputs: { image: "prior.embedding", text: "encode.embedding" },
        params: { pack, seed: 7 },
      },
      enlarge: { type: "upsampler.x256", version: 2, inputs: { image: "decode.image" }, params: { pack } },
      detail: { type: "upsampler.x1024", version: 2, inputs: { image: "enlarge.image" }, params: { pack } },
      save: { type: "output.image", version: 1, inputs: { image: "detail.image" }, params: { name: "picture" } },
    },
    exposed: {
      prompt: "caption.text",
      seed: ["prior.seed", "decode.seed", "enlarge.seed"],
      detailSeed: "detail.seed",
      decoderSteps: "decode.steps",
    },
  };
}

/** The hierarchy down to the decoder: what most tests need of it. */
export function shortHierarchy(): Workflow {
  const workflow = hierarchy();
  delete workflow.nodes.enlarge;
  delete workflow.nodes.detail;
  workflow.nodes.save!.inputs = { image: "decode.image" };
  workflow.exposed = { prompt: "caption.text", seed: ["prior.seed", "decode.seed"], decoderSteps: "decode.steps" };
  return workflow;
}

/** Writes a workflow, or any other text, as `workflow.json` in a new folder of the test's. Returns the folder. */
export function folderWith(context: TestContext, workflow: Workflow | string): string {
  const folder = join(folderFor(context), "here");
  mkdirSync(folder);
  writeFileSync(join(folder, "workflow.json"), typeof workflow === "string" ? workflow : JSON.stringify(workflow));
  return folder;
}
