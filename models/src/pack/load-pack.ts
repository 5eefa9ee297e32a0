import { lstat, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { isTooDeep, mostDepth } from "../fields/depth.ts";
import { PackError } from "../fields/pack-error.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import type { HashedFile, StageFiles } from "../stages/files.ts";
import { loadTokenizer } from "../text/load-tokenizer.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { checkHash, makeAgain } from "./check-hash.ts";
import { externalDataOf } from "./external-data.ts";
import { FileHashes } from "./file-hashes.ts";
import type { Pack } from "./pack.ts";
import { readPackFile, statFile } from "./pack-file.ts";

const manifestLimit = 16 * 2 ** 20;
const tokenizerLimit = 64 * 2 ** 20;

/**
 * Reads a pack and checks every file against its sha256. Throws PackError with a sentence for the user if a file is
 * missing, altered, a link, or names data outside the folder, or if the manifest is wrong. Files whose hash is among
 * `hashes` are not read.
 */
export async function loadPack(folder: string, hashes = new FileHashes()): Promise<Pack> {
  const manifest = await loadManifest(folder);
  for (const stage of Object.values(manifest.stages)) await checkStage(folder, stage, hashes);
  for (const arrays of Object.values(manifest.arrays)) await checkFile(folder, arrays, hashes);
  const tokenizers: { [text: string]: Tokenizer } = {};
  for (const [name, text] of Object.entries(manifest.texts)) {
    const { file, sha256 } = text.tokenizer;
    const json = await readJson(folder, file, tokenizerLimit, sha256);
    tokenizers[name] = loadTokenizer(json, text, manifest.vocabulary);
  }
  return { folder: resolve(folder), manifest, tokenizers };
}

/**
 * The packs in the folders, by name: each root that is a pack itself, and each of its direct subfolders that is one. If two
 * have the same name, the first is taken. Roots that do not exist and hidden folders are skipped. Nothing is checked except that
 * `manifest.json` exists.
 */
export async function findPacks(roots: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const add = async (folder: string) => {
    const name = basename(folder);
    if (!found.has(name) && (await isFile(join(folder, "manifest.json")))) found.set(name, folder);
  };
  for (const root of roots.map((folder) => resolve(folder))) {
    await add(root);
    const names = await readdir(root).catch(() => []);
    for (const name of names.sort()) if (!name.startsWith(".")) await add(join(root, name));
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (stat) => stat.isFile(),
    () => false,
  );
}

async function loadManifest(folder: string): Promise<Manifest> {
  const manifest = readManifest(await readJson(folder, "manifest.json", manifestLimit));
  const name = basename(resolve(folder));
  if (name !== manifest.name) {
    const message = `The pack in the folder "${name}" is named "${manifest.name}".`;
    throw new PackError(message, `Rename the folder to "${manifest.name}".`);
  }
  return manifest;
}

/** The content of a JSON file. Throws if a sha256 is given and its bytes have another. */
async function readJson(folder: string, file: string, limit: number, sha256?: string): Promise<unknown> {
  const bytes = await readPackFile(folder, file, limit, sha256);
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    const message = `${file} in ${folder} is not JSON: ${(error as Error).message}.`;
    throw new PackError(message, makeAgain);
  }
  if (!isTooDeep(json)) return json;
  throw new PackError(`${file} in ${folder} has lists or objects nested deeper than ${mostDepth} levels.`, makeAgain);
}

async function checkFile(folder: string, { file, sha256 }: HashedFile, hashes: FileHashes): Promise<void> {
  await statFile(folder, file);
  const path = join(folder, file);
  checkHash(path, await hashes.of(path), sha256);
}

async function checkStage(folder: string, stage: StageFiles, hashes: FileHashes): Promise<void> {
  await checkFile(folder, stage, hashes);
  for (const data of stage.externalData ?? []) await checkFile(folder, data, hashes);
  const listed = new Set(stage.externalData?.map(({ file }) => file));
  for (const location of externalDataOf(join(folder, stage.file))) {
    if (listed.has(location)) continue;
    const message = `${stage.file} in ${folder} takes data from ${JSON.stringify(location)}, which its externalData does not list.`;
    throw new PackError(message, "List the file with its sha256 in the manifest; it must lie in the pack's folder.");
  }
}
