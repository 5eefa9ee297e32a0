import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { Bucket } from "../../bucket/bucket.ts";
import { draftEnding } from "../../files/whole-file.ts";
import type { Hash } from "../../wire/wire.ts";
import { type ArtifactFiles, isHash } from "../artifact-files.ts";
import type { LocalCopies } from "./local-copies.ts";

/** What has more bytes than that is not sent before the store was asked whether it has it. */
const askedFrom = 64 * 1024;

/** How Node says that a line broke. */
const brokenLine: readonly string[] = [
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ERR_STREAM_PREMATURE_CLOSE",
];

type Copies = Pick<LocalCopies, "grew" | "used">;

/** The key of an artifact in a bucket. Throws if it is not a hash. */
export function placeOf(hash: Hash): string {
  if (!isHash(hash)) throw new Error(`not a hash: ${hash}`);
  return `artifacts/${hash.slice(0, 2)}/${hash}`;
}

/**
 * Artifacts that several machines share, each an object that is written once, behind those on the disk of this machine, which lie in that folder.
 * What is opened is fetched, and its hash is checked: a damaged object is absent, and goes, so that it can be put again. `copies` hears of
 * what the disk holds.
 */
export function s3Artifacts(
  bucket: Pick<Bucket, "has" | "read" | "put" | "delete" | "list">,
  { files, folder, copies }: { readonly files: ArtifactFiles; readonly folder: string; readonly copies?: Copies },
): ArtifactFiles {
  /** Brings what the bucket has under that hash to the disk if it is that. Returns the hash of what came; undefined if nothing did. */
  async function bring(hash: Hash): Promise<Hash | undefined> {
    const object = await bucket.read(placeOf(hash));
    if (!object) return undefined;
    await mkdir(folder, { recursive: true });
    const draft = join(folder, `${randomUUID()}${draftEnding}`);
    const digest = createHash("sha256");
    let size = 0;
    try {
      object.on("data", (chunk) => {
        digest.update(chunk);
        size += chunk.length;
      });
      await pipeline(object, createWriteStream(draft, { flags: "wx" }));
      const came = digest.digest("hex");
      if (came !== hash) return came;
      await files.adopt(draft, hash);
      copies?.grew(size);
      return came;
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Whether the bucket has it: then it is on the disk now. */
  async function fetch(hash: Hash): Promise<boolean> {
    const came = await bring(hash).catch((error) => {
      // What it says of a full disk, or what the store says against the request, it would say again.
      if (!hasBroken(error)) throw error;
      return bring(hash);
    });
    if (came === undefined || came === hash) return came !== undefined;
    // On the way here, or on this disk, bytes change as well: the object itself is wrong only if the same comes twice.
    const again = await bring(hash);
    if (again === came) await bucket.delete(placeOf(hash));
    return again === hash;
  }

  async function shareOne(hash: Hash): Promise<void> {
    await using artifact = await files.open(hash);
    if (artifact) copies?.grew(artifact.size);
    if (!artifact) return;
    // To ask costs as much as to send little, which is refused if it is there.
    if (artifact.size > askedFrom && (await bucket.has(placeOf(hash)))) return;
    await bucket.put(placeOf(hash), await buffer(artifact.read()));
  }

  return {
    place: files.place,
    async put(bytes) {
      const hash = await files.put(bytes);
      await shareOne(hash);
      return hash;
    },
    async adopt(file, hash) {
      await files.adopt(file, hash);
      await shareOne(hash);
    },
    async open(hash) {
      copies?.used(hash);
      return (await files.open(hash)) ?? ((await fetch(hash)) ? files.open(hash) : undefined);
    },
    async share(hashes) {
      await Promise.all([...new Set(hashes)].map(shareOne));
    },
    // What is in the bucket is kept.
    async sync() {},
    async remove(hash) {
      await bucket.delete(placeOf(hash));
      await files.remove(hash);
    },
    async *list() {
      yield* files.list();
      for await (const key of bucket.list("artifacts/")) {
        const hash = key.slice(key.lastIndexOf("/") + 1);
        if (isHash(hash)) yield hash;
      }
    },
  };
}

/** Whether a line broke while something came. */
function hasBroken({ code, name }: NodeJS.ErrnoException): boolean {
  return name === "TimeoutError" || brokenLine.includes(code ?? "");
}
