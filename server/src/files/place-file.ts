import { randomBytes } from "node:crypto";
import { access, link, rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes a file whole or not at all, as `<base><ending>` or, where other files stand, as `<base>.2<ending>`, `<base>.3<ending>`
 * and so on. An existing file is replaced only where `mayReplace` says so. Returns the path.
 */
export async function placeFile(
  base: string,
  ending: string,
  bytes: Uint8Array,
  mayReplace: (path: string) => Promise<boolean>,
): Promise<string> {
  const draft = `${base}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeFile(draft, bytes, { flag: "wx" });
    for (let number = 1; ; number++) {
      const path = `${base}${number === 1 ? "" : `.${number}`}${ending}`;
      if (await claim(draft, path)) return path;
      if (!(await mayReplace(path))) continue;
      await rename(draft, path);
      return path;
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Gives the draft that name unless something has it. A link, unlike a rename, never replaces what another program wrote
 * meanwhile; a rename does for the file systems that know no links.
 */
async function claim(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
  }
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) await rename(draft, path);
  return !exists;
}
