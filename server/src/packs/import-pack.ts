import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { FileHashes, findPacks, loadPack, namePattern, nameRule, type Origin, PackError } from "@clipwork/models";
import { type EncodeImage, type Imported, importFolder, type Placing } from "@clipwork/models/checkpoint";
import { createOnnxRunner } from "@clipwork/models/onnx";
import { hashesFile } from "../data-folder/data-folder.ts";
import { isDevice } from "../hub/connection/names.ts";
import { rememberHashes } from "../installed/known-hashes.ts";
import { knownSpaces } from "../installed/known-spaces.ts";
import { installedPacks, packRoots, templatesFolder } from "../installed/load-packs.ts";
import { packName } from "./pack-name.ts";
import { type Tried, tryPack } from "./try-pack.ts";

export type ImportRequest = {
  /** The folder that the authors published. */
  readonly from: string;
  readonly dataFolder: string;
  /** Default: what the folder is called. */
  readonly name?: string | undefined;
  /** The published files, or new ones in which linear layers and convolutions have 8-bit weights. */
  readonly placing: Placing | "int8";
  /** Where the folder was downloaded from, and when its licence was accepted. */
  readonly origin?: Origin;
  /** What is known of the folder's files already. */
  readonly hashes?: FileHashes;
  /** The installed pack that has the captions of a prior that stands alone, or the CLIP of a decoder. */
  readonly like?: string | undefined;
  /** Whether each network is run once before the pack is put in its place. */
  readonly run: boolean;
  /** Default: those that came with this copy of Clipwork. */
  readonly templates?: string | undefined;
  /** What is being done, in a few words. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
};

/** Imports a published checkpoint into the data folder's packs, and tries it there. Throws as `refuseName`, `importFolder` and `tryPack` do. */
export async function importPack(request: ImportRequest): Promise<Imported & { readonly tried: readonly Tried[] }> {
  const {
    from,
    dataFolder,
    placing,
    origin,
    tell,
    signal,
    hashes = new FileHashes(),
    templates = templatesFolder(),
  } = request;
  const name = request.name ?? packName(from);
  await refuseName(name, dataFolder);
  const spaces = await knownSpaces(packRoots(dataFolder));
  const like = request.like === undefined ? undefined : await loadPack(await packFolder(request.like, dataFolder));
  let tried: readonly Tried[] = [];
  const imported = await importFolder({
    ...{ name, from, placing, origin, templates, hashes, like, signal },
    ...(request.run ? { encodeImage } : {}),
    packs: installedPacks(dataFolder),
    spaceOf: (text) => spaces.get(text),
    onFile: (path) => tell(`hashing ${path}`),
    check: async (folder) => {
      const pack = await loadPack(folder, hashes);
      if (request.run) tried = await tryPack(pack, { onStage: (stage) => tell(`running ${stage} once`), signal });
    },
  });
  await rememberHashes(hashesFile(dataFolder), hashes.below(imported.folder));
  return { ...imported, tried };
}

/** Throws PackError for a name that no pack can have, or that one has, wherever it lies: the one would hide the other. */
export async function refuseName(name: string, dataFolder: string): Promise<void> {
  if (!namePattern.test(name) || isDevice(name))
    throw new PackError(
      `${JSON.stringify(name)} cannot be the name of a pack.`,
      `Give it a name with --name: ${nameRule}${isDevice(name) ? ", and no device of Windows" : ""}.`,
    );
  if (await lstat(join(installedPacks(dataFolder), name)).catch(() => undefined))
    throw new PackError(
      `There is a pack "${name}" already.`,
      "Choose another name with --name, or remove that pack first.",
    );
  const elsewhere = (await findPacks(packRoots(dataFolder))).get(name);
  if (elsewhere !== undefined)
    throw new PackError(`There is a pack "${name}" already, in ${elsewhere}.`, "Choose another name with --name.");
}

/** Runs an image encoder once, and lets go of it. */
const encodeImage: EncodeImage = async (pack, stage, pixels, side) => {
  const { name } = pack.manifest;
  const runner = createOnnxRunner({ packs: new Map([[name, pack]]), sessionBytes: 0 });
  try {
    const image = { shape: [1, 3, side, side], data: pixels };
    const { embedding } = await runner.run({ pack: name, stage, feeds: { image } });
    return embedding!.data as Float32Array;
  } finally {
    await runner.close();
  }
};

/** Where the pack lies that an import is for. Throws PackError if there is none of that name. */
export async function packFolder(name: string, dataFolder: string): Promise<string> {
  const folder = (await findPacks(packRoots(dataFolder))).get(name);
  if (folder !== undefined) return folder;
  throw new PackError(`There is no pack "${name}".`, "See the names of the packs with `clipwork models`.");
}
