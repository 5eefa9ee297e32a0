import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ServiceException,
} from "@aws-sdk/client-s3";
import type { Unusable } from "@clipwork/engine";
import { type BucketAddress, readBucketAddress } from "./address.ts";
import { StoreAway } from "./store-away.ts";

/** How often a request is tried, the pauses between growing to 20 s, and after how many milliseconds one is given up. */
const attempts = 8;
const connectMs = 5000;
const requestMs = 60_000;
/** A store that does not answer all the same is asked again after so many milliseconds, until it has been away for so many; then each request once. */
const pauseMs = 1000;
const patienceMs = 120_000;

type Patience = { readonly attempts?: number; readonly pauseMs?: number; readonly patienceMs?: number };

/** A part of a bucket of an S3-like store. What is there never changes: a key stands for the same bytes for ever. */
export class Bucket {
  readonly #patient: S3Client;
  /** Tries once: for a store that is away. */
  readonly #hasty: S3Client;
  readonly #address: BucketAddress;
  readonly #patience: Required<Patience>;
  #isClosed = false;
  #isAway = false;

  constructor(address: BucketAddress, patience: Patience = {}) {
    this.#patience = { attempts, pauseMs, patienceMs, ...patience };
    const { endpoint, region } = address;
    this.#address = address;
    const open = (maxAttempts: number) =>
      new S3Client({
        region,
        maxAttempts,
        // Few stores besides Amazon's know the checksums that the client would add, or names of buckets as hosts.
        requestChecksumCalculation: "WHEN_REQUIRED",
        responseChecksumValidation: "WHEN_REQUIRED",
        ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
        requestHandler: { connectionTimeout: connectMs, requestTimeout: requestMs },
      });
    this.#patient = open(this.#patience.attempts);
    this.#hasty = open(1);
  }

  /** Of an address that was read before. Throws if it is none. */
  static at(text: string): Bucket {
    const address = readBucketAddress(text);
    if ("remedy" in address) throw new Error(address.message);
    return new Bucket(address);
  }

  /** Rejects if the bucket cannot be used now. All else waits for a store that is away, and rejects with StoreAway if that takes two minutes. */
  async reach(): Promise<void> {
    await this.#client.send(new HeadBucketCommand({ Bucket: this.#address.bucket }));
    this.#isAway = false;
  }

  /** Why it cannot be used, if it did not answer last and does not now; a store that has answered is not asked. */
  async trouble(): Promise<Unusable | undefined> {
    if (!this.#isAway) return undefined;
    try {
      await this.reach();
      return undefined;
    } catch (error) {
      return {
        message: new StoreAway(error as Error).message,
        remedy: "See to it that it does. What waits goes on by itself.",
      };
    }
  }

  async has(key: string): Promise<boolean> {
    const found = await this.#persist(() => this.#client.send(new HeadObjectCommand(this.#place(key)))).catch(absent);
    return found !== undefined;
  }

  /** The bytes, or undefined if there are none. */
  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#persist(async () => {
      const found = await this.#client.send(new GetObjectCommand(this.#place(key)));
      return found.Body?.transformToByteArray();
    }).catch(absent);
  }

  /** The same for bytes that are too many to hold. The line may break while they come. */
  async read(key: string): Promise<Readable | undefined> {
    const found = await this.#persist(() => this.#client.send(new GetObjectCommand(this.#place(key)))).catch(absent);
    return found?.Body as Readable | undefined;
  }

  /** Puts bytes there, unless there are some: they are the same. Resolves when they are kept. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const place = this.#place(key);
    await this.#persist(() =>
      this.#client.send(new PutObjectCommand({ ...place, Body: bytes, IfNoneMatch: "*" })),
    ).catch(present);
  }

  /** Puts bytes there in place of those that were damaged. */
  async replace(key: string, bytes: Uint8Array): Promise<void> {
    await this.#persist(() => this.#client.send(new PutObjectCommand({ ...this.#place(key), Body: bytes })));
  }

  async delete(key: string): Promise<void> {
    await this.#persist(() => this.#client.send(new DeleteObjectCommand(this.#place(key))));
  }

  /** Every key that begins so. */
  async *list(prefix: string): AsyncIterable<string> {
    const { bucket, folder } = this.#address;
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: bucket, Prefix: folder + prefix });
    for await (const { Contents = [] } of pages) for (const { Key } of Contents) yield Key!.slice(folder.length);
  }

  close(): void {
    this.#isClosed = true;
    this.#patient.destroy();
    this.#hasty.destroy();
  }

  get #client(): S3Client {
    return this.#isAway ? this.#hasty : this.#patient;
  }

  async #persist<T>(send: () => Promise<T>): Promise<T> {
    const { pauseMs, patienceMs } = this.#patience;
    for (const start = performance.now(); ; ) {
      try {
        const answer = await send();
        this.#isAway = false;
        return answer;
      } catch (error) {
        if (hasAnswered(error as S3ServiceException)) this.#isAway = false;
        if (hasAnswered(error as S3ServiceException) || this.#isClosed) throw error;
        // One has waited for it already: whoever asks next is told at once.
        this.#isAway ||= performance.now() - start > patienceMs;
        if (this.#isAway) throw new StoreAway(error as Error);
        await wait(pauseMs);
      }
    }
  }

  #place(key: string): { readonly Bucket: string; readonly Key: string } {
    const { bucket, folder } = this.#address;
    return { Bucket: bucket, Key: folder + key };
  }
}

/** Whether the store has said something against it, other than that it cannot just now. */
function hasAnswered({ $metadata }: S3ServiceException): boolean {
  return $metadata?.httpStatusCode !== undefined && $metadata.httpStatusCode < 500;
}

/** For `catch`: there is nothing. */
function absent(error: S3ServiceException): undefined {
  if (error.$metadata?.httpStatusCode !== 404) throw error;
}

/** For `catch`: somebody has put it there before, or is about to. */
function present(error: S3ServiceException): void {
  const status = error.$metadata?.httpStatusCode;
  if (status !== 412 && status !== 409) throw error;
}
