import { FileHashes, PackError } from "@clipwork/models";
import type { Imported, WeightVariant } from "@clipwork/models/checkpoint";
import { addressText, readSource } from "../hub/connection/plain-address.ts";
import type { Hub } from "../hub/connection/settings.ts";
import { type Downloaded, download } from "../hub/download.ts";
import type { Licence } from "../hub/licence.ts";
import type { Progress } from "../hub/rate.ts";
import { downloadsFolder } from "../hub/staging.ts";
import { importPack, packFolder, refuseName } from "./import-pack.ts";
import { nameOf } from "./pack-name.ts";
import type { Tried } from "./try-pack.ts";

export type AddRequest = {
  /** ORG/NAME, ORG/NAME@REVISION, the address of its page, or another address of a folder or a `.safetensors`. */
  readonly source: string;
  /** Of an address that is not on the hub: the sha256 of its list of hashes, or of the one file. */
  readonly sha256?: string | undefined;
  readonly dataFolder: string;
  /** Hosts besides those of the hub from which files may come this time. */
  readonly hosts?: readonly string[];
  /** Default: what the repository is called. */
  readonly name?: string | undefined;
  readonly variant?: WeightVariant | undefined;
  /** What the pack has: the published weights, or files of 8-bit ones, and then nothing of the download stays. */
  readonly weights: "published" | "int8";
  /** The installed pack that has the captions of a prior that stands alone, or the CLIP of a decoder. */
  readonly like?: string | undefined;
  /** Whether each network is run once before the pack is put in its place. */
  readonly run: boolean;
  /** Default: those that came with this copy of Clipwork. */
  readonly templates?: string | undefined;
  readonly accepts: (licence: Licence) => Promise<boolean>;
  readonly onProgress: (progress: Progress) => void;
  /** What is being done, in a few words. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
};

export type Added = Imported & { readonly tried: readonly Tried[] };

/**
 * Downloads a published checkpoint and imports it. The downloaded weights become the pack's, on the disk once. A pack appears whole or
 * not at all; a download that broke off is kept for the next try. Throws PackError as `download` and `importPack` do.
 */
export async function addPack(given: Hub, request: AddRequest): Promise<Added> {
  const { dataFolder, variant, weights, like, sha256, run, templates, accepts, onProgress, tell, signal } = request;
  const { hosts = [] } = request;
  const hub = { ...given, hosts: [...given.hosts, ...hosts] };
  const read = readSource(request.source, hub.endpoint);
  const plain = "folder" in read;
  if (!plain && sha256 !== undefined)
    throw new PackError(
      `${read.id} is on the hub, which says itself which hashes its files have.`,
      "Leave out --sha256. ORG/NAME@COMMIT takes one version and no other.",
    );
  const id = plain ? addressText(read) : read.id;
  const name = request.name ?? nameOf(read);
  await refuseName(name, dataFolder);
  if (like !== undefined) await packFolder(like, dataFolder);
  const hashes = new FileHashes();
  const choices = {
    ...(request.name !== undefined && { name: request.name }),
    ...(like !== undefined && { for: like }),
    ...(weights === "int8" && { weights }),
    ...(sha256 !== undefined && { sha256 }),
  };
  const source = plain ? { ...read, sha256 } : read;
  const downloads = downloadsFolder(dataFolder);
  const ask = { hashes, source, choices, hosts, variant, downloads, accepts, onProgress, signal };
  const { staging, origin } = await download(hub, ask).catch(fullDisk(id));
  return finish(
    { staging, origin },
    { hashes, repository: id, dataFolder, name, weights, like, run, templates, tell, signal },
  );
}

/** Imports what was downloaded. If that is refused, the files stay for another try. */
async function finish(
  { staging, origin }: Downloaded,
  options: Pick<AddRequest, "dataFolder" | "weights" | "like" | "run" | "templates" | "tell" | "signal"> & {
    readonly repository: string;
    readonly name: string;
    readonly hashes: FileHashes;
  },
): Promise<Added> {
  try {
    const { repository: _, weights, ...rest } = options;
    const placing = weights === "int8" ? "int8" : "link";
    const added = await importPack({ ...rest, from: staging.files, placing, origin });
    await staging.discard();
    return added;
  } catch (error) {
    await staging.release();
    const kept = `The download is kept: adding it again begins with the import, and \`clipwork models remove\` discards it.`;
    if (isFull(error))
      throw new PackError(`The disk is full: ${options.repository} could not be imported.`, `Free some space. ${kept}`);
    if (!(error instanceof PackError)) throw error;
    // Where the files lie meanwhile means nothing to the user.
    const message = error.message.replaceAll(staging.files, options.repository);
    throw new PackError(message, `${error.remedy} ${kept}`);
  }
}

const isFull = (error: unknown) => ["ENOSPC", "EFBIG", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");

/** A disk that fills up meanwhile is reported as what it is: nothing of the download is left by then. */
const fullDisk =
  (repository: string) =>
  (error: NodeJS.ErrnoException): never => {
    if (!isFull(error)) throw error;
    throw new PackError(
      `The disk is full: ${repository} could not be downloaded (${error.code}).`,
      "Nothing of it is left. Free some space, or name a data folder on another disk with --data.",
    );
  };
