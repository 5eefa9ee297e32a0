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

/**
 * Artifacts that several machines share, each an object that is written once, behind those on the disk of this machine, which lie in that folder.
 * What is opened is fetched, and its hash is checked: a damaged object is absent, and goes, so that it can be put again.
 */
export function s3Artifacts(bucket: Bucket, files: ArtifactFiles, folder: string): ArtifactFiles {
  const place = (hash: Hash) => {
    if (!isHash(hash)) throw new Error(`not a hash: ${hash}`);
    return `artifacts/${hash.slice(0, 2)}/${hash}`;
  };

  /** Whether the bucket has it: then it is on the disk now. */
  async function fetch(hash: Hash): Promise<boolean> {
    const object = await bucket.read(place(hash));
    if (!object) return false;
    await mkdir(folder, { recursive: true });
    const draft = join(folder, `${randomUUID()}${draftEnding}`);
    const digest = createHash("sha256");
    try {
      object.on("data", (chunk) => digest.update(chunk));
      await pipeline(object, createWriteStream(draft, { flags: "wx" }));
      const isWhole = digest.digest("hex") === hash;
      if (isWhole) await files.adopt(draft, hash);
      else await bucket.delete(place(hash));
      return isWhole;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async function shareOne(hash: Hash): Promise<void> {
    if (await bucket.has(place(hash))) return;
    await using artifact = await files.open(hash);
    if (artifact) await bucket.put(place(hash), await buffer(artifact.read()));
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
      return (await files.open(hash)) ?? ((await fetch(hash)) ? files.open(hash) : undefined);
    },
    async share(hashes) {
      await Promise.all([...new Set(hashes)].map(shareOne));
    },
    // What is in the bucket is kept.
    async sync() {},
    async remove(hash) {
      await bucket.delete(place(hash));
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
