import { PackError } from "@clipwork/models";

/** A version of a repository: a branch, a tag, or a commit. */
export type Repository = { readonly id: string; readonly revision: string };

const part = /^[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;
const revisionPattern = /^\w[\w./-]{0,99}$/;

/** Whether the text is a repository's name, ORG/NAME. */
export function isRepositoryId(text: string): boolean {
  const parts = text.split("/");
  return parts.length === 2 && parts.every((one) => part.test(one) && !/\.\.|--/.test(one));
}

/**
 * The repository that a text names: ORG/NAME, ORG/NAME@REVISION, or the address of its page on the hub (`/ORG/NAME`, perhaps with
 * `/tree/REVISION`). Throws PackError for anything else.
 */
export function readRepository(text: string, endpoint: URL): Repository {
  const found = /^[a-z]+:\/\//i.test(text) ? fromAddress(text, endpoint) : fromName(text);
  const { id, revision } = found;
  if (isRepositoryId(id) && revisionPattern.test(revision) && !revision.includes("..")) return found;
  throw new PackError(
    `${JSON.stringify(text.slice(0, 200))} is no repository of a hub.`,
    "Name it as ORG/NAME, or ORG/NAME@REVISION.",
  );
}

function fromName(text: string): Repository {
  const [id = "", ...revision] = text.split("@");
  return { id, revision: revision.length === 0 ? "main" : revision.join("@") };
}

function fromAddress(text: string, endpoint: URL): Repository {
  const url = URL.parse(text);
  const prefix = endpoint.pathname.replace(/\/$/, "");
  if (!url || url.host !== endpoint.host || !url.pathname.startsWith(`${prefix}/`)) {
    throw new PackError(
      `${JSON.stringify(text.slice(0, 200))} is not on the hub at ${endpoint.origin}.`,
      "Name a repository of that hub, or set HF_ENDPOINT to the other one.",
    );
  }
  const [organisation = "", name = "", kind, ...rest] = url.pathname
    .slice(prefix.length + 1)
    .replace(/\/$/, "")
    .split("/");
  const id = `${organisation}/${name}`;
  if (kind === undefined) return { id, revision: "main" };
  return { id, revision: kind === "tree" ? decoded(rest.join("/")) : "" };
}

/** How users write a source: a repository with its revision, or an address. */
export function sourceText({ id, revision }: Repository): string {
  return revision === "main" || id.includes("://") ? id : `${id}@${revision}`;
}

/** The text of a part of an address, or "" if it is not written as one. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

/**
 * Refuses the name of a file in a repository that could lead out of a folder, here or on another system: a repository that has one
 * is not downloaded at all.
 */
export function refuseHostileName(name: string, repository: string): void {
  const parts = name.split(/[/\\]/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  const hostile = parts.some((one) => ["", ".", ".."].includes(one)) || /[\u0000-\u001f\u007f\\]|^[A-Za-z]:/.test(name);
  if (!hostile && name.length <= 500) return;
  throw new PackError(
    `${repository} has a file called ${JSON.stringify(name.slice(0, 200))}, which could be written outside its folder.`,
    "Do not use this repository, and tell its owner.",
  );
}

/** Whether a file's name is plain: at most one folder, no odd characters, no device of Windows. Only such files are downloaded. */
export function isPlainName(name: string): boolean {
  const parts = name.split("/");
  const plain = (one: string) => /^[A-Za-z0-9_]([\w.-]*[\w-])?$/.test(one) && !isDevice(one);
  return parts.length <= 2 && name.length <= 200 && parts.every(plain);
}

/** Whether Windows takes a file of that name for a device, whatever its ending. */
export function isDevice(name: string): boolean {
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name);
}
