import { PackError } from "@clipwork/models";
import { decoded, isPlainName, type Repository, readRepository } from "./names.ts";

/** A folder of files on some server that is no hub; `file` if one file of weights in it is meant, with the texts beside. */
export type PlainAddress = {
  /** Ends in a slash. */
  readonly folder: URL;
  readonly file?: string;
};

/** What a checkpoint is downloaded from. */
export type Source = Repository | PlainAddress;

const maxLength = 400;

/**
 * What a text names: a repository of the hub at `endpoint`, by its name or its page's address, or any other address of a folder or a
 * `.safetensors`. Throws PackError for anything else.
 */
export function readSource(text: string, endpoint: URL): Source {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  const prefix = endpoint.pathname.replace(/\/$/, "");
  if (!url || (url.host === endpoint.host && url.pathname.startsWith(`${prefix}/`)))
    return readRepository(text, endpoint);
  return readPlainAddress(url);
}

/** The address as users write it: how such a source is called in messages and on the disk. */
export function addressText({ folder, file = "" }: PlainAddress): string {
  return new URL(encodeURIComponent(file), folder).href.replace(/\/$/, "");
}

function readPlainAddress(url: URL): PlainAddress {
  const refuse = (why: string, remedy: string): never => {
    throw new PackError(`${JSON.stringify(`${url.origin}${url.pathname}`.slice(0, 200))} ${why}.`, remedy);
  };
  // What a signed address says after its path is a secret, and says nothing of the files beside.
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    refuse("has more than a path: a user, a query or a fragment", "Name the address of the folder without them.");
  if (url.href.length > maxLength) refuse("is too long", "Download the folder yourself, and add it.");
  const last = url.pathname.split("/").at(-1)!;
  if (!/\.safetensors$/i.test(last)) return { folder: new URL(url.href.replace(/\/*$/, "/")) };
  const file = decoded(last);
  if (!isPlainName(file) || file.includes("/")) refuse("has a file with an odd name", "Give it a plain one.");
  return { folder: new URL(".", url), file };
}
