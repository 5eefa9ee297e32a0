import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The licence that the front matter of a folder's README.md names, as model hubs write it; else a sentence that it is not stated. */
export async function readLicence(folder: string): Promise<string> {
  const text = await readFile(join(folder, "README.md"), "utf8").catch(() => "");
  const [, matter = ""] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text) ?? [];
  const field = (name: string) =>
    new RegExp(`^${name}:\\s*["']?([^"'\\n\\r]{1,100}?)["']?\\s*$`, "m").exec(matter)?.[1];
  const named = field("license_name") ?? field("license");
  return named ?? "not stated in the folder; see where the weights were published";
}
