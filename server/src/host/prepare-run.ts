import { dirname, resolve } from "node:path";
import {
  applySettings,
  collectFiles,
  type Document,
  type Plan,
  type Problem,
  usedPacks,
  validate,
} from "@clipwork/engine";
import { catalogue, type NodeServices } from "@clipwork/nodes";
import { buildEnvironment } from "./environment.ts";
import { findFiles } from "./file-library.ts";
import { isUnusable, loadPacks } from "./pack-library.ts";
import { readWorkflow } from "./read-workflow.ts";
import type { Setup } from "./setup.ts";
import type { RunOrder } from "./worker-protocol.ts";

/** A workflow that may run here, with what the worker needs for it. */
export type PreparedRun = {
  readonly document: Document;
  /** The document as JSON text, for the worker and for the pictures. */
  readonly text: string;
  /** As validated here: its fingerprints are those of a run on this machine. */
  readonly plan: Plan<NodeServices>;
  readonly packs: RunOrder["packs"];
  readonly files: RunOrder["files"];
};

/** Reads and checks a workflow file with all it names, writing nothing. Warnings come beside a prepared run as well. */
export async function prepareRun(options: {
  readonly path: string;
  readonly settings: { readonly [name: string]: string };
  readonly setup: Setup;
}): Promise<{ readonly prepared?: PreparedRun; readonly problems: readonly Problem[] }> {
  const { path, settings, setup } = options;
  const { packRoots, device } = setup;
  const read = await readWorkflow(path);
  if (!read.document) return { problems: read.problems };
  const applied = applySettings(read.document, settings, catalogue);
  const { document } = applied;
  const used = usedPacks(document, catalogue);
  const wanted = await loadPacks(packRoots, used);
  // Where one is not there, all that are there are read, so that validation can name the likely one.
  const packs = wanted.size === used.length ? wanted : await loadPacks(packRoots);
  const files = await findFiles(collectFiles(document, catalogue), [dirname(resolve(path)), process.cwd()]);
  const environment = buildEnvironment({ packs, files, numerics: device.numerics });
  const { plan, problems: found } = validate(document, environment);
  const problems = [...applied.problems, ...found];
  if (!plan || problems.some(({ severity }) => severity === "error")) return { problems };
  const text = writeJson(document.json);
  if (text === undefined) return { problems: [...problems, tooDeep] };
  const folders = [...packs].flatMap(([name, pack]) => (isUnusable(pack) ? [] : [[name, pack.folder] as const]));
  const places = Object.entries(files).flatMap(([name, file]) => (isUnusable(file) ? [] : [[name, file] as const]));
  return {
    prepared: { document, text, plan, packs: Object.fromEntries(folders), files: Object.fromEntries(places) },
    problems,
  };
}

const tooDeep: Problem = {
  code: "nested-too-deep",
  severity: "error",
  message:
    'The workflow holds lists or objects, in "meta" or other fields that are only kept, nested too deep to be written.',
  remedy: "Remove those fields.",
};

/** The value as JSON text, or undefined where it is nested deeper than the stack allows. */
function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
