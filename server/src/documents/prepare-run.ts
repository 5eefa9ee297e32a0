import { dirname, resolve } from "node:path";
import {
  applySettings,
  collectFiles,
  type Document,
  type Plan,
  type Problem,
  type Unusable,
  usedPacks,
  validate,
} from "@clipwork/engine";
import type { Pack } from "@clipwork/models";
import type { NodeServices } from "@clipwork/nodes";
import { isUnusable, loadPacks } from "../installed/pack-library.ts";
import type { Setup } from "../installed/setup.ts";
import type { LocalFile, RunOrder } from "../worker/worker-protocol.ts";
import { buildEnvironment } from "./environment.ts";
import { findFiles } from "./file-library.ts";
import { readWorkflow } from "./read-workflow.ts";

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

type Prepared = { readonly prepared?: PreparedRun; readonly problems: readonly Problem[] };

/** Reads and checks a workflow file with all it names, writing nothing. Warnings come beside a prepared run as well. */
export async function prepareRun(options: {
  readonly path: string;
  readonly settings: { readonly [name: string]: string };
  readonly setup: Setup;
}): Promise<Prepared> {
  const { path, settings, setup } = options;
  const read = await readWorkflow(path);
  if (!read.document) return { problems: read.problems };
  const { prepared, problems } = await prepareDocument(read.document, {
    settings,
    setup,
    findPacks: (names) => loadPacks(setup.packRoots, names),
    findFiles: (names) => findFiles(names, [dirname(resolve(path)), process.cwd()]),
  });
  return { ...(prepared ? { prepared } : {}), problems: [...setup.nodes.problems, ...problems] };
}

/** Where a host finds what a workflow names. */
export type Places = {
  /** Those packs, or all that there are. */
  readonly findPacks: (names?: Iterable<string>) => Promise<Map<string, Pack | Unusable>>;
  readonly findFiles: (names: Iterable<string>) => Promise<{ [name: string]: LocalFile | Unusable }>;
};

/** Checks a workflow with all it names, writing nothing. Warnings come beside a prepared run as well. */
export async function prepareDocument(
  read: Document,
  options: Places & {
    readonly settings: { readonly [name: string]: unknown };
    readonly setup: Setup;
    readonly targets?: readonly string[] | undefined;
  },
): Promise<Prepared> {
  const { device, nodes } = options.setup;
  const { catalogue } = nodes;
  const applied = applySettings(read, options.settings, catalogue);
  const { document } = applied;
  const used = usedPacks(document, catalogue);
  const wanted = await options.findPacks(used);
  // Where one is not there, all that are there are read, so that validation can name the likely one.
  const packs = wanted.size === used.length ? wanted : await options.findPacks();
  const files = await options.findFiles(collectFiles(document, catalogue));
  const { plan, problems: found } = validate(
    document,
    buildEnvironment({ catalogue, packs, files, numerics: device.numerics }),
    options.targets ? { targets: options.targets } : {},
  );
  const problems = [...applied.problems, ...found];
  if (!plan || problems.some(({ severity }) => severity === "error")) return { problems };
  const folders = [...packs].flatMap(([name, pack]) => (isUnusable(pack) ? [] : [[name, pack.folder] as const]));
  const places = Object.entries(files).flatMap(([name, file]) => (isUnusable(file) ? [] : [[name, file] as const]));
  return {
    prepared: {
      document,
      text: JSON.stringify(document.json),
      plan,
      packs: Object.fromEntries(folders),
      files: Object.fromEntries(places),
    },
    problems,
  };
}
