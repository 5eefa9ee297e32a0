// Documents that claim something name the test that proves it, by its file and words of its title.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

export type Proof = { readonly file: string; readonly title: string };

const titlesOf = new Map<string, string>();

/** What stands in the file where tests are declared: the titles of its tests, a line each. */
function titlesIn(path: string): string {
  const known = titlesOf.get(path);
  if (known !== undefined) return known;
  const declared = readFileSync(path, "utf8").matchAll(/(?:test|rule|describe)\(\s*(["'`])(.*?)\1,\s/gs);
  const titles = [...declared].map(([, , title]) => title!).join("\n");
  titlesOf.set(path, titles);
  return titles;
}

/** What is wrong with a proof: there is no such file, or no test in it whose title has these words. */
export function wrongProof({ file, title }: Proof): string | undefined {
  const path = join(root, file);
  if (!existsSync(path)) return `there is no ${file}`;
  return titlesIn(path).includes(title) ? undefined : `${file} has no test of "${title}"`;
}
