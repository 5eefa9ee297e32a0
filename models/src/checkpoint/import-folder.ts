import { lstat, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PackError } from "../fields/pack-error.ts";
import { namePattern, nameRule, type Origin } from "../manifest/head.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { FileHashes } from "../pack/file-hashes.ts";
import { buildPack } from "./build-pack.ts";
import { readLicence } from "./licence.ts";
import { leave, type Placing } from "./place-weights.ts";
import { type Beside, recognise } from "./recognise.ts";
import { openTemplates } from "./template.ts";

export type ImportOptions = Beside & {
  /** The folder that the authors published. */
  readonly from: string;
  /** The folder in which the pack's own folder will lie; made if it is missing. */
  readonly packs: string;
  /** The pack's name. */
  readonly name: string;
  /** The folder of the templates. */
  readonly templates: string;
  /** The published files, or new ones in which linear layers and convolutions have 8-bit weights. */
  readonly placing: Placing | "int8";
  /** Where the folder was downloaded from, and when its licence was accepted. */
  readonly origin?: Origin | undefined;
  /** What is known of files; learns those of the pack. */
  readonly hashes: FileHashes;
  /** The id of the CLIP space of a text's captions, by the text's id; undefined if nothing says. */
  readonly spaceOf?: (text: string) => string | undefined;
  /** Tries the pack before it is put in its place; what it throws ends the import. */
  readonly check?: (folder: string) => Promise<void>;
  /** A file of weights is about to be placed and hashed. */
  readonly onFile?: (path: string) => void;
  readonly signal?: AbortSignal;
};

export type Imported = {
  readonly folder: string;
  readonly manifest: Manifest;
  /** How many bytes the weights have, and the files that were written. */
  readonly bytes: { readonly weights: number; readonly written: number };
  readonly notes: readonly string[];
};

const int8Note =
  "Linear layers and convolutions have 8-bit weights, a scale a channel: results differ a little from those of the published weights.";

/**
 * Makes a pack of a published checkpoint: the graph of each network is a template whose weights are the published `.safetensors`
 * files themselves, which are linked into the pack and never rewritten, or new files of 8-bit weights. The pack appears whole or not at all. Throws PackError that
 * names what is missing, extra, contradictory or unknown, and whatever the system throws, as for a full disk.
 */
export async function importFolder(options: ImportOptions): Promise<Imported> {
  const { name, hashes, placing, signal, spaceOf = () => undefined, onFile = () => {} } = options;
  const [from, packs] = [resolve(options.from), resolve(options.packs)];
  if (!namePattern.test(name))
    throw new PackError(
      `${JSON.stringify(name)} cannot be the name of a pack.`,
      `Give it a name with --name: ${nameRule}.`,
    );
  const place = join(packs, name);
  await refuseTaken(place);
  const draft = await recognise(await openTemplates(options.templates), from, options);
  await mkdir(packs, { recursive: true });
  await removeLeftovers(packs);
  const building = await mkdtemp(join(packs, `.import-${process.pid}-`));
  try {
    const folder = join(building, name);
    await mkdir(folder);
    const licence = await readLicence(from);
    const { manifest, placed, written } = await buildPack(draft, {
      ...{ folder, name, licence, origin: options.origin, placing, hashes, spaceOf, onFile, signal },
    });
    await options.check?.(folder);
    signal?.throwIfAborted();
    await refuseTaken(place);
    // Another import may put its pack there at this very moment.
    await rename(folder, place).catch(async (error) => {
      await refuseTaken(place);
      throw error;
    });
    if (placing === "move") for (const file of placed) await leave(file);
    for (const { file, sha256 } of placed) await hashes.note(join(place, file), sha256);
    const weights = placed.reduce((sum, { bytes }) => sum + bytes, 0);
    const notes = placing === "int8" ? [int8Note, ...draft.notes] : draft.notes;
    return { folder: place, manifest, bytes: { weights, written }, notes };
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Removes what an import or a removal left whose process was killed. */
async function removeLeftovers(packs: string): Promise<void> {
  for (const name of await readdir(packs)) {
    const pid = /^\.(?:import|removed)-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(packs, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

async function refuseTaken(place: string): Promise<void> {
  const taken = await lstat(place).catch(() => undefined);
  if (taken)
    throw new PackError(`There is ${place} already.`, "Choose another name with --name, or remove that pack first.");
}
