import { hash } from "node:crypto";
import { PackError } from "@clipwork/models";
import { aboutTexts, networkTexts } from "./choose-files.ts";
import { isPlainName, type Repository, refuseHostileName } from "./connection/names.ts";
import { withPatience } from "./connection/patience.ts";
import { addressText, type PlainAddress } from "./connection/plain-address.ts";
import { readText } from "./connection/read-text.ts";
import { refuseStatus } from "./connection/refused.ts";
import { type Answer, Broken, get } from "./connection/request.ts";
import { fileAddress, type Hub } from "./connection/settings.ts";
import type { Listing, RemoteFile } from "./listing.ts";

/** The list of a folder's hashes, as `sha256sum` writes it. */
export const listName = "SHA256SUMS";

const maxList = 2 ** 20;
const maxText = 64 * 2 ** 20;
const maxFiles = 500;

/** A plain address with the hash that its user trusts: that of the folder's list, or of the one file. */
export type Pinned = PlainAddress & { readonly sha256?: string | undefined };

/**
 * What lies at a plain address, by hashes that all come from one which the user named: of a folder its list's, of a single file its own.
 * Texts beside a single file are known by what they are now. `hub` is that of the address. Throws PackError if there is no such list, if
 * the hash is missing or another, and if a name is hostile.
 */
export async function readPlainListing(hub: Hub, address: Pinned, signal: AbortSignal): Promise<Listing> {
  const id = addressText(address);
  if (hub.offline)
    throw new PackError(
      `HF_HUB_OFFLINE is set, and ${id} is not on this machine.`,
      "Set HF_HUB_OFFLINE to nothing to download it.",
    );
  const repository = { id, revision: address.sha256 ?? "" };
  const ask = asker(hub, repository, signal);
  return address.file === undefined
    ? folderListing(ask, repository, address.sha256)
    : fileListing(ask, repository, { file: address.file, sha256: address.sha256 });
}

type Ask = ReturnType<typeof asker>;

function asker(hub: Hub, repository: Repository, signal: AbortSignal) {
  const kept = () => "Check the connection, and try again.";
  const asked = async (path: string, range?: string): Promise<Answer | undefined> => {
    const url = fileAddress(hub, { id: repository.id, commit: "" }, path);
    const answer = await get(hub, url, range === undefined ? { signal } : { headers: { range }, signal });
    // Some servers that do not list their folders answer so to what they do not have.
    if (![403, 404, 410].includes(answer.body.statusCode!)) {
      refuseStatus(hub, repository, answer, path);
      return answer;
    }
    answer.body.destroy();
    return undefined;
  };
  return {
    /** A short text; undefined if there is none of that name. */
    text: (path: string, most: number): Promise<string | undefined> =>
      withPatience(
        hub,
        async () => {
          const answer = await asked(path);
          return answer && readText(hub, answer, most, signal);
        },
        { signal, kept },
      ),
    /** The bytes of a file; undefined if there is none of that name. */
    size: (path: string): Promise<number | undefined> =>
      withPatience(
        hub,
        async () => {
          const answer = await asked(path, "bytes=0-0");
          if (!answer) return undefined;
          answer.body.destroy();
          const { statusCode: status, headers } = answer.body;
          const { "content-range": range = "", "content-length": length } = headers;
          const whole = status === 200 ? length : /\/(\d+)$/.exec(range)?.[1];
          // Every file but an empty one has a first byte; a server need not say more of it.
          const said = status === 416 ? (whole ?? "0") : whole;
          if (said === undefined || (status === 416 && said !== "0"))
            throw new Broken(`${answer.url.host} does not say how long ${path} is`);
          return Number(said);
        },
        { signal, kept },
      ),
  };
}

/** A folder with its list, whose hash is the one that was named. */
async function folderListing(ask: Ask, repository: Repository, sha256: string | undefined): Promise<Listing> {
  const { id } = repository;
  const list = await ask.text(listName, maxList);
  if (list === undefined)
    throw new PackError(
      `${id} has no ${listName}, the list of its files' hashes.`,
      `Whoever publishes it can make one in the folder (find . -type f -exec sha256sum {} + > ${listName}); or download it yourself, and add the folder.`,
    );
  const found = hash("sha256", list);
  if (sha256 === undefined) throw unpinned(`The list of hashes ${id}/${listName} has the sha256 ${found}`, found);
  if (found !== sha256)
    throw new PackError(
      `The list of hashes ${id}/${listName} has the sha256 ${found}, not ${sha256}.`,
      "Do not use it unless its publisher says why it has changed.",
    );
  const files = new Map<string, RemoteFile>();
  for (const [path, sha256] of readSums(list, id)) {
    const bytes = (await ask.size(path)) ?? missing(id, path);
    files.set(path, { path, bytes, sha256 });
  }
  return { repository, commit: sha256, files, licence: {} };
}

/** One file of weights by its hash, and the texts beside it. */
async function fileListing(
  ask: Ask,
  repository: Repository,
  { file, sha256 }: { readonly file: string; readonly sha256: string | undefined },
): Promise<Listing> {
  const { id } = repository;
  if (sha256 === undefined) throw unpinned(`Nothing says which hash ${id} has`);
  const bytes = (await ask.size(file)) ?? missing(id, file);
  const files = new Map<string, RemoteFile>([[file, { path: file, bytes, sha256 }]]);
  for (const path of [...networkTexts, "open_clip_config.json", ...aboutTexts]) {
    const text = await ask.text(path, maxText);
    if (text !== undefined) files.set(path, { path, bytes: Buffer.byteLength(text), sha256: hash("sha256", text) });
  }
  const sums = [...files.values()].map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  return { repository, commit: hash("sha256", sums.join("")), files, licence: {} };
}

/** The names and hashes of a list, of those files that an import could read. */
function readSums(list: string, id: string): ReadonlyMap<string, string> {
  const odd = (what: string): never => {
    throw new PackError(`${id}/${listName} ${what}.`, "Ask whoever publishes it to write it anew with sha256sum.");
  };
  const sums = new Map<string, string>();
  for (const line of list.split(/\r?\n/)) {
    if (line === "") continue;
    const [, sha256, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sha256 === undefined || name === undefined) return odd(`has the line ${JSON.stringify(line.slice(0, 100))}`);
    const path = name.replace(/^\.\//, "");
    refuseHostileName(path, id);
    if (sums.has(path)) return odd(`names ${path} twice`);
    if (isPlainName(path) && path !== listName && isRead(path)) sums.set(path, sha256);
    if (sums.size > maxFiles) return odd(`names more than ${maxFiles} files`);
  }
  return sums;
}

const isRead = (path: string) => /\.(json|txt|md|safetensors)$/.test(path) || aboutTexts.includes(path);

function unpinned(what: string, found?: string): PackError {
  const remedy =
    found === undefined
      ? "Name the sha256 that its publisher gives: --sha256 and 64 hexadecimal digits."
      : `If its publisher says the same, name it: --sha256 ${found}`;
  return new PackError(`${what}, and you have not said that it is the right one.`, remedy);
}

function missing(id: string, path: string): never {
  throw new PackError(`${id} does not have ${path}.`, "Check the address, or ask whoever publishes it.");
}
