import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readLicence } from "@clipwork/models/checkpoint";
import type { ModelLicence } from "../wire/wire.ts";
import type { Listing } from "./listing.ts";

/** Under which terms weights are published. */
export type Licence = ModelLicence;

/** What a licence's text is called, the first that there is. */
export const licenceFiles: readonly string[] = [
  ...["LICENSE", "LICENSE.md", "LICENSE.txt"],
  ...["LICENCE", "LICENCE.md", "LICENCE.txt"],
];

/** So much of a licence's text is shown. */
const maxShown = 100_000;

/** The licence of a repository: as its model card names it, with the text that lies beside. `folder` has its texts. */
export async function readLicenceOf(
  { repository, licence, files }: Listing,
  folder: string,
  page: string,
): Promise<Omit<Licence, "bytes">> {
  const name = licence.name ?? (await readLicence(folder));
  const link = licence.link !== undefined && /^https?:\/\//.test(licence.link) ? licence.link : page;
  const file = licenceFiles.find((one) => files.has(one));
  const text = file === undefined ? undefined : await readFile(join(folder, file), "utf8");
  return { repository: repository.id, name, page: link, ...(text !== undefined && { text: text.slice(0, maxShown) }) };
}
