import { hash } from "node:crypto";
import { endName } from "./contents.ts";
import { padding, tarEnd, writeTarHead } from "./tar.ts";

/** A file of an archive. */
export type Entry = { readonly name: string; readonly bytes: Buffer };

/** An archive of these files, the description in front, with an end that fits to them or the one that is given: as only somebody makes it who knows the format. */
export function archiveOf(entries: readonly Entry[], end?: Buffer): Buffer {
  const write = ({ name, bytes }: Entry) => [
    writeTarHead({ name, size: bytes.length }, 0),
    bytes,
    padding(bytes.length),
  ];
  const all = Buffer.concat(entries.flatMap(write));
  const fits = { files: entries.length - 1, sha256: hash("sha256", all) };
  return Buffer.concat([all, ...write({ name: endName, bytes: end ?? Buffer.from(JSON.stringify(fits)) }), tarEnd]);
}
