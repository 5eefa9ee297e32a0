import { dirname, resolve } from "node:path";
import { constants, deflateSync } from "node:zlib";
import {
  applySettings,
  collectFiles,
  collectFolders,
  type Document,
  type Plan,
  type Problem,
  type Unusable,
  usedPacks,
  validate,
  writePlan,
} from "@clipwork/engine";
import { type FileHashes, type Pack, packDigests } from "@clipwork/models";
import type { NodeServices } from "@clipwork/nodes";
import { knownHashes } from "../installed/known-hashes.ts";
import { isUnusable, loadPacks } from "../installed/load-packs.ts";
import type { Setup } from "../installed/setup.ts";
import type { CheckedPack, CheckedRun, LocalFile, RunOrder } from "../worker/worker-protocol.ts";
import { buildEnvironment } from "./environment.ts";
import { findFiles, placesOf } from "./file-library.ts";
import { packWarnings } from "./pack-warnings.ts";
import { readWorkflow } from "./read-workflow.ts";

/** A workflow that may run here, with what the worker needs for it. */
export type PreparedRun = {
  readonly document: Document;
  /** As validated here: its fingerprints are those of a run on this machine. */
  readonly plan: Plan<NodeServices>;
  readonly packs: CheckedRun["packs"];
  readonly files: CheckedRun["files"];
};

type Prepared = { readonly prepared?: PreparedRun; readonly problems: readonly Problem[] };

/** What was checked, as a worker receives it. */
export function writeChecked({ document, plan, packs, files }: PreparedRun): RunOrder["checked"] {
  const checked: CheckedRun = { workflow: document.json, plan: writePlan(plan), packs, files };
  return deflateSync(JSON.stringify(checked), { level: constants.Z_BEST_SPEED });
}

/**
 * Reads and checks a workflow file with everything it names, writing nothing. A prepared run comes with warnings too. `looked` are the paths
 * at which the files that it names were looked for.
 */
export async function prepareRun(options: {
  readonly path: string;
  readonly settings: { readonly [name: string]: unknown };
  readonly setup: Setup;
  /** The nodes whose values are wanted, instead of those of all outputs. */
  readonly targets?: readonly string[];
}): Promise<Prepared & { readonly looked: readonly string[] }> {
  const { path, ...rest } = options;
  const read = await readWorkflow(path);
  if (!read.document) return { problems: read.problems, looked: [] };
  return prepareRead(read.document, { ...rest, places: [dirname(resolve(path)), process.cwd()] });
}

/** The same for a workflow that was read; `places` are the folders in which the files that it names are looked for, in this order. */
export async function prepareRead(
  document: Document,
  options: {
    readonly settings: { readonly [name: string]: unknown };
    readonly setup: Setup;
    readonly targets?: readonly string[];
    readonly places: readonly string[];
  },
): Promise<Prepared & { readonly looked: readonly string[] }> {
  const { settings, setup, targets, places } = options;
  let looked: readonly string[] = [];
  const hashes = await knownHashes(setup.hashesFile);
  let packs = new Map<string, Pack | Unusable>();
  const { prepared, problems } = await prepareDocument(document, {
    settings,
    setup,
    targets,
    hashes,
    findPacks: async (names) => {
      packs = await loadPacks(setup.packRoots, names, hashes);
      return packs;
    },
    findFiles: (names, folders) => {
      looked = [...names].flatMap((name) => placesOf(name, places));
      return findFiles(names, folders, places);
    },
  });
  const all = [...setup.nodes.problems, ...problems];
  if (!prepared) return { problems: all, looked };
  return { prepared, problems: [...all, ...(await packWarnings(prepared.plan, packs, setup.device))], looked };
}

/** Where a host finds what a workflow names. */
export type Places = {
  /** Those packs, or all that there are. */
  readonly findPacks: (names?: Iterable<string>) => Promise<Map<string, Pack | Unusable>>;
  /** Of the packs' files. */
  readonly hashes: FileHashes;
  readonly findFiles: (
    names: Iterable<string>,
    /** Those of the names that are to be folders. */
    folders: ReadonlySet<string>,
  ) => Promise<{ [name: string]: LocalFile | Unusable }>;
};

/** Checks a workflow with everything it names, writing nothing. A prepared run comes with warnings too. */
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
  // If one does not exist, all that exist are read, so that validation can suggest the likely one.
  const packs = wanted.size === used.length ? wanted : await options.findPacks();
  const files = await options.findFiles(
    collectFiles(document, catalogue),
    new Set(collectFolders(document, catalogue)),
  );
  const { plan, problems: found } = validate(
    document,
    buildEnvironment({ catalogue, packs, files, numerics: device.numerics }),
    options.targets ? { targets: options.targets } : {},
  );
  const problems = [...applied.problems, ...found];
  if (!plan || problems.some(({ severity }) => severity === "error")) return { problems };
  const usable = [...packs].flatMap(([name, pack]) =>
    isUnusable(pack) ? [] : [[name, describePack(pack, options.hashes)] as const],
  );
  const places = Object.entries(files).flatMap(([name, file]) => (isUnusable(file) ? [] : [[name, file] as const]));
  return {
    prepared: { document, plan, packs: Object.fromEntries(usable), files: Object.fromEntries(places) },
    problems,
  };
}

/** What a worker has to know of a pack. */
export function describePack(pack: Pack, hashes: FileHashes): CheckedPack {
  return { folder: pack.folder, digests: packDigests(pack), hashes: hashes.below(pack.folder) };
}
