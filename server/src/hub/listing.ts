import { PackError } from "@clipwork/models";
import { type Repository, refuseHostileName } from "./connection/names.ts";
import { withPatience } from "./connection/patience.ts";
import { readText } from "./connection/read-text.ts";
import { refuseStatus } from "./connection/refused.ts";
import { get } from "./connection/request.ts";
import { below, type Hub } from "./connection/settings.ts";

/** A file as the hub describes it: its content is known by the sha256 of its bytes, or by git's hash of them. */
export type RemoteFile = {
  readonly path: string;
  readonly bytes: number;
  readonly sha256?: string;
  readonly git?: string;
};

/** One version of a repository. */
export type Listing = {
  readonly repository: Repository;
  /** The commit that the revision means, so that all files are of one version. */
  readonly commit: string;
  readonly files: ReadonlyMap<string, RemoteFile>;
  /** What the model card names as its licence, and where that can be read. */
  readonly licence: { readonly name?: string; readonly link?: string };
};

const maxListing = 32 * 2 ** 20;
const maxFiles = 100_000;
/** No published checkpoint has a larger file. */
const maxFile = 2 ** 40;

/** Asks the hub what a repository holds. Throws PackError if it refuses, if its answer is odd, or if a file's name is hostile. */
export async function readListing(hub: Hub, repository: Repository, signal: AbortSignal): Promise<Listing> {
  const { id, revision } = repository;
  const url = below(hub, `api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`);
  const text = await withPatience(
    hub,
    async () => {
      const answer = await get(hub, url, { headers: { accept: "application/json" }, signal });
      refuseStatus(hub, repository, answer, `repository ${id} with the revision ${revision}`);
      return readText(hub, answer, maxListing, signal);
    },
    { signal, kept: () => "Check the connection, and try again. HF_HUB_OFFLINE=1 takes what is in the cache." },
  );
  return parseListing(text, repository, hub.endpoint.host);
}

type Fields = { readonly [field: string]: unknown };

/** Reads what the API answers about one revision of a repository, with its files' sizes and hashes. */
export function parseListing(text: string, repository: Repository, host: string): Listing {
  const odd = (what: string): never => {
    throw new PackError(
      `${host} describes ${repository.id} oddly: ${what}.`,
      "Check that HF_ENDPOINT is a hub's address.",
    );
  };
  const json = asObject(jsonOf(text)) ?? odd("its answer is not JSON");
  const { sha, siblings, cardData } = json;
  if (typeof sha !== "string" || !/^[0-9a-f]{40}$/.test(sha)) return odd("it names no commit");
  if (!Array.isArray(siblings) || siblings.length > maxFiles) return odd("it lists no files, or too many");
  const files = new Map<string, RemoteFile>();
  for (const sibling of siblings) {
    const { rfilename: path, size, blobId, lfs } = asObject(sibling) ?? odd("a file is no object");
    if (typeof path !== "string") return odd("a file has no name");
    refuseHostileName(path, repository.id);
    if (files.has(path)) return odd(`it lists ${path} twice`);
    if (!Number.isSafeInteger(size) || Number(size) < 0 || Number(size) > maxFile)
      return odd(`it gives ${path} the size ${JSON.stringify(size) ?? "of nothing"}`);
    const sha256 = asObject(lfs)?.sha256;
    files.set(path, {
      ...{ path, bytes: Number(size) },
      ...(isHex(sha256, 64) ? { sha256 } : isHex(blobId, 40) ? { git: blobId } : {}),
    });
  }
  return { repository, commit: sha, files, licence: licenceOf(asObject(cardData) ?? {}) };
}

function licenceOf(card: Fields): Listing["licence"] {
  const text = (value: unknown) => (typeof value === "string" && value.length <= 500 ? value : undefined);
  const name = text(card.license_name) ?? text(card.license);
  const link = text(card.license_link);
  return { ...(name !== undefined && { name }), ...(link !== undefined && { link }) };
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === "string" && value.length === length && /^[0-9a-f]+$/.test(value);
}

function asObject(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The value of a JSON text; undefined if it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
