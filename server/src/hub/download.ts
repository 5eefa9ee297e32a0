import { copyFile, mkdir, readFile, realpath, rm, stat, statfs, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type FileHashes, type Origin, PackError } from "@clipwork/models";
import type { WeightVariant } from "@clipwork/models/checkpoint";
import { chooseFiles, firstFile } from "./choose-files.ts";
import type { Repository } from "./connection/names.ts";
import { TooSlow } from "./connection/pace.ts";
import { BrokeOff } from "./connection/patience.ts";
import { folderAt, type Hub, pageOf } from "./connection/settings.ts";
import { fetchFile } from "./fetch-file.ts";
import { FileCheck } from "./file-check.ts";
import { cachedFile, cachedListing, findCached } from "./hub-cache.ts";
import { type Licence, readLicenceOf } from "./licence.ts";
import { jsonOf, type Listing, type RemoteFile, readListing } from "./listing.ts";
import { type Pinned, readPlainListing } from "./plain-listing.ts";
import { type Progress, Rate } from "./rate.ts";
import { type Choices, openStaging, type Staging } from "./staging.ts";

export type Ask = {
  readonly source: Repository | Pinned;
  /** What is to become of it, for whoever goes on with it. */
  readonly choices?: Choices;
  /** Hosts that its user allowed, likewise; the hub has them too. */
  readonly hosts?: readonly string[];
  readonly variant?: WeightVariant | undefined;
  /** Where downloads are kept until they are whole. */
  readonly downloads: string;
  /** Whether the user accepts the licence, before any weights come. */
  readonly accepts: (licence: Licence) => Promise<boolean>;
  readonly onProgress: (progress: Progress) => void;
  /** Learns the hashes of weights, which are computed while they come. */
  readonly hashes: FileHashes;
  readonly signal: AbortSignal;
};

/** A whole checkpoint, as its authors' folder has it. */
export type Downloaded = { readonly staging: Staging; readonly origin: Origin };

/** Texts are read whole; no tokenizer is larger. */
const maxText = 64 * 2 ** 20;
/** Left free for graphs, tokenizer and all else that goes on meanwhile. */
const margin = 256 * 2 ** 20;

/**
 * Downloads what an import needs of a repository; files that the cache of huggingface_hub has are linked instead. What it leaves after
 * an interruption is taken up by the next try; a refusal leaves what an earlier try brought, and nothing else. Throws PackError with what is wrong and what to do.
 */
export async function download(given: Hub, ask: Ask): Promise<Downloaded> {
  const { source, variant, choices = {}, hosts = [], signal } = ask;
  const hub = "folder" in source ? folderAt(given, source) : given;
  const listing = await list(hub, source, signal);
  const { id, revision } = listing.repository;
  const from = pageOf(hub, id);
  const staging = await openStaging(ask.downloads, {
    ...{ from, repository: id, revision, commit: listing.commit, choices },
    ...(variant && { variant }),
    ...(hosts.length > 0 && { hosts }),
  });
  try {
    const accepted = await fill(hub, listing, staging, ask);
    return { staging, origin: { from, revision: listing.commit, accepted } };
  } catch (error) {
    if (isKept(error, staging, signal)) await staging.release();
    else await staging.discard();
    throw error;
  }
}

function list(hub: Hub, source: Ask["source"], signal: AbortSignal): Promise<Listing> {
  if ("folder" in source) return readPlainListing(hub, source, signal);
  return hub.offline ? cachedListing(hub, source) : readListing(hub, source, signal);
}

/** Whether a download stays for another try: this one was cancelled, its connection broke, or it was refused and an earlier one began it. */
function isKept(error: unknown, { begun }: Staging, signal: AbortSignal): boolean {
  const stopped = signal.aborted || error instanceof BrokeOff || error instanceof TooSlow;
  return stopped || (begun && error instanceof PackError);
}

/** Brings all files. Returns when the licence was accepted. */
async function fill(hub: Hub, listing: Listing, { files }: Staging, ask: Ask): Promise<string> {
  const { signal, variant, downloads } = ask;
  const first = firstFile(listing);
  await bring(hub, listing, refuseLong(first, listing), files, { signal });
  const json = await readFile(join(files, first.path), "utf8").then(jsonOf);
  const { texts, weights } = chooseFiles(listing, json, variant);
  for (const file of texts) await bring(hub, listing, refuseLong(file, listing), files, { signal });

  const licence = await readLicenceOf(listing, files, pageOf(hub, listing.repository.id));
  const bytes = weights.reduce((sum, file) => sum + file.bytes, 0);
  await refuseTooLittleRoom(hub, { downloads, folder: files }, listing, weights);
  if (!(await ask.accepts({ ...licence, bytes })))
    throw new PackError(
      `The licence of ${listing.repository.id} was not accepted: ${licence.name}.`,
      "Read it, and add --accept-licence if you agree to it.",
    );
  const accepted = new Date().toISOString();

  const all = [...texts, ...weights].reduce((sum, file) => sum + file.bytes, 0);
  let before = all - bytes;
  const rate = new Rate();
  for (const file of weights) {
    const tell = (got: number) => {
      const done = before + got;
      ask.onProgress({ file: file.path, done, all, ...rate.at(done, all) });
    };
    tell(0);
    const came = await bring(hub, listing, file, files, { signal, onBytes: tell });
    if (file.sha256 !== undefined && came) await ask.hashes.note(await realpath(join(files, file.path)), file.sha256);
    before += file.bytes;
    tell(0);
  }
  return accepted;
}

function refuseLong(file: RemoteFile, { repository }: Listing): RemoteFile {
  if (file.bytes <= maxText) return file;
  throw new PackError(
    `${file.path} of ${repository.id} has ${file.bytes} bytes, more than such a file may have.`,
    "Use another repository.",
  );
}

/** Puts one file into the folder: from an earlier try, the cache or the hub. Returns whether it lies there as it was hashed just now. */
async function bring(
  hub: Hub,
  listing: Listing,
  file: RemoteFile,
  folder: string,
  { signal, onBytes = () => {} }: { readonly signal: AbortSignal; readonly onBytes?: (bytes: number) => void },
): Promise<boolean> {
  signal.throwIfAborted();
  const path = join(folder, file.path);
  if ((await sizeOf(path)) === file.bytes && (file.sha256 ?? file.git) !== undefined) {
    const check = new FileCheck(file);
    await check.addFile(path, signal);
    if (check.matches()) return true;
    await rm(path);
  }
  const cached = await cachedFile(hub, listing, file, signal);
  if (cached === undefined && hub.offline)
    throw new PackError(
      `HF_HUB_OFFLINE is set, and the cache ${hub.cache} does not hold ${file.path} of ${listing.repository.id} whole.`,
      "Set HF_HUB_OFFLINE to nothing to download it.",
    );
  if (cached === undefined) {
    await fetchFile(hub, listing, file, path, { signal, onBytes });
    return true;
  }
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  // From another disk it cannot be linked into a pack, and not every system lets everybody make links.
  const linked =
    (await stat(cached)).dev === (await stat(folder)).dev &&
    (await symlink(cached, path).then(
      () => true,
      () => false,
    ));
  if (!linked) await copyFile(cached, path);
  return linked;
}

/** Throws PackError if the disk has no room for what is still to come. */
async function refuseTooLittleRoom(
  hub: Hub,
  { downloads, folder }: { readonly downloads: string; readonly folder: string },
  listing: Listing,
  weights: readonly RemoteFile[],
): Promise<void> {
  let missing = 0;
  for (const file of weights) {
    const path = join(folder, file.path);
    const there = (await sizeOf(path)) ?? (await sizeOf(`${path}.part`)) ?? 0;
    if (!(await findCached(hub, listing, file))) missing += Math.max(0, file.bytes - there);
  }
  const { bavail, bsize } = await statfs(downloads);
  const free = bavail * bsize;
  if (missing === 0 || missing + margin <= free) return;
  throw new PackError(
    `${listing.repository.id} needs ${gigabytes(missing)} more, and ${gigabytes(free)} are free in ${downloads}.`,
    "Free some space, or name a data folder on another disk with --data. An fp16 variant takes half.",
  );
}

const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
