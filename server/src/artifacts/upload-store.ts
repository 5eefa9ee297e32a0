import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Database } from "../data-folder/database.ts";
import { fileKind, readStart } from "../files/picture-kind.ts";
import type { Hash, UploadReply } from "../wire/wire.ts";
import type { ArtifactStore } from "./port.ts";
import { Refusal } from "./refusal.ts";
import { type UploadAnswer, UploadReader } from "./upload-reader.ts";

/** Size limits of one file, and of all uploads together. */
export const maxUpload = 50 * 2 ** 20;
const maxUploads = 5 * 2 ** 30;

/** Who uses an uploaded file, and the thumbnail of a picture. */
export const uploadOwner = (hash: Hash): string => `upload ${hash}`;

type UsedArtifacts = Pick<ArtifactStore, "put" | "adopt" | "open" | "sync" | "refer" | "release" | "hold">;

/** Accepts pictures and arrays from people: each is read to its end as proof before it counts, and kept under the hash of its bytes. */
export class UploadStore {
  readonly #folder: string;
  readonly #database: Database;
  readonly #artifacts: UsedArtifacts;
  readonly #reader = new UploadReader();

  constructor(parts: {
    readonly folder: string;
    readonly database: Database;
    readonly artifacts: UsedArtifacts;
  }) {
    this.#folder = parts.folder;
    this.#database = parts.database;
    this.#artifacts = parts.artifacts;
  }

  /** Takes the bytes of a picture or of a NumPy file. If anything is wrong with it, or the upload breaks off, nothing of it stays. */
  async take(bytes: Readable): Promise<UploadReply> {
    await mkdir(this.#folder, { recursive: true });
    const draft = join(this.#folder, randomUUID());
    let free: (() => void) | undefined;
    try {
      const hash = await receive(bytes, draft);
      free = await this.#artifacts.hold();
      const known = this.#known(hash);
      return known && (await this.#isKept(known)) ? known : await this.#add(draft, hash);
    } finally {
      free?.();
      await rm(draft, { force: true });
    }
  }

  /** Removes an upload. The file stays as long as a run or a workflow names it. */
  async remove(hash: Hash): Promise<void> {
    const { changes } = this.#database.sql.prepare("DELETE FROM uploads WHERE hash = ?").run(hash);
    if (changes === 0) throw new Refusal("unknown", `No upload has the hash ${hash}.`, "Nothing is left to do.");
    await this.#artifacts.release(uploadOwner(hash));
  }

  has(hash: Hash): boolean {
    return this.#known(hash) !== undefined;
  }

  close(): void {
    this.#reader.close();
  }

  #known(hash: Hash): UploadReply | undefined {
    const row = this.#database.sql.prepare("SELECT body FROM uploads WHERE hash = ?").get(hash);
    return row && JSON.parse(String(row.body));
  }

  /** Whether all of its files are there: somebody may have removed or damaged one. */
  async #isKept(reply: UploadReply): Promise<boolean> {
    for (const hash of filesOf(reply)) {
      await using artifact = await this.#artifacts.open(hash);
      if (!artifact) return false;
    }
    return true;
  }

  async #add(draft: string, hash: Hash): Promise<UploadReply> {
    const { size } = await stat(draft);
    const used = Number(this.#database.sql.prepare("SELECT coalesce(sum(bytes), 0) AS used FROM uploads").get()!.used);
    if (used + size > maxUploads) throw new Refusal("full", "There is no room for more uploads.", "Delete some first.");
    const remedy = "Send a PNG, JPEG, WebP, GIF or TIFF file, or an array as NumPy saves it.";
    if (!(await fileKind(draft))) throw await unknownKind(draft, remedy);
    const answer = await this.#reader.read(draft);
    if (answer === "crowded")
      throw new Refusal("full", "Too many files wait to be read.", "Send it again in a moment.");
    if (answer === "late")
      throw new Refusal("full", "The files that came before this one take long to read.", "Send it again in a minute.");
    if ("trouble" in answer) {
      const { as, reason, remedy } = answer.trouble;
      throw new Refusal("invalid", `The file cannot be used as ${as}: ${reason}.`, remedy);
    }
    const reply = await this.#describe(hash, answer);
    await this.#artifacts.refer(uploadOwner(hash), filesOf(reply));
    await this.#artifacts.adopt(draft, hash);
    await this.#artifacts.sync(filesOf(reply));
    this.#database.sql
      .prepare("INSERT OR REPLACE INTO uploads (hash, bytes, body, time) VALUES (?, ?, ?, ?)")
      .run(hash, size, JSON.stringify(reply), Date.now());
    return reply;
  }

  /** What is answered about a whole file; a picture's thumbnail is kept. */
  async #describe(hash: Hash, answer: Exclude<UploadAnswer, { readonly trouble: unknown }>): Promise<UploadReply> {
    if ("array" in answer) return { asset: hash, ...answer.array };
    const { width, height, thumbnail, document, stages } = answer.picture;
    const small = await this.#artifacts.put(thumbnail);
    const run = document && { document, ...(areDigests(stages) && { stages }) };
    return { asset: hash, width, height, thumbnail: small, ...run };
  }
}

/** The refusal of a file that is neither a picture that is read nor an array. */
async function unknownKind(path: string, remedy: string): Promise<Refusal> {
  // All node types come with it: a server loads them with the first such file only.
  const { foreignKind } = await import("@clipwork/nodes");
  const found = foreignKind(await readStart(path));
  if (found) return new Refusal("media", `The file cannot be used as a picture: ${found.reason}.`, found.remedy);
  return new Refusal("media", "The file is not a picture of a supported kind, and no NumPy file.", remedy);
}

/** The artifacts of an upload. */
const filesOf = (reply: UploadReply): readonly Hash[] =>
  "thumbnail" in reply ? [reply.asset, reply.thumbnail] : [reply.asset];

/** Whether they are digests by name, and not more than a run has. */
function areDigests(stages: unknown): stages is { readonly [stage: string]: string } {
  if (typeof stages !== "object" || stages === null || Array.isArray(stages)) return false;
  const entries = Object.entries(stages);
  return entries.length <= maxStages && entries.every(([name, digest]) => name.length <= 200 && isDigest(digest));
}

const maxStages = 1000;
const isDigest = (digest: unknown) => typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest);

/** Writes the incoming bytes to a file, up to the limit. Returns their hash. */
async function receive(bytes: Readable, path: string): Promise<Hash> {
  const hash = createHash("sha256");
  let size = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxUpload) return done(new Refusal("large", tooLarge.message, tooLarge.remedy));
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(bytes, check, createWriteStream(path, { flags: "wx" }));
  return hash.digest("hex");
}

export const tooLarge = {
  message: `A file may have at most ${maxUpload / 2 ** 20} MB.`,
  remedy: "Make it smaller.",
} as const;
