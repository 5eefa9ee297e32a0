import { hash } from "node:crypto";
import { opendir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../files/whole-file.ts";
import { writeHead } from "../values/entry-file.ts";

/** A change of the data folder's layout. */
export type Migration = {
  readonly name: string;
  /**
   * Changes the folder in place. It may be interrupted anywhere and repeated, and two processes may do it at once, one of
   * them already working in the new layout: so each file changes atomically, and a changed one is left alone.
   */
  apply(folder: string): Promise<void>;
};

/**
 * In order: the first leads from layout 1 to 2. Never changed once released; `data-folder.test.ts` has a folder of each
 * layout.
 */
export const migrations: readonly Migration[] = [{ name: "values-tell-their-cost", apply: tellCosts }];

/**
 * Layout 1 (Clipwork 0.1) had "CLPW1", three NULs and the content's SHA-256 in front of a value. Layout 2 is described in
 * `entry-file.ts`. How long a value took is no longer known, so values that are not used again are evicted first.
 */
async function tellCosts(folder: string): Promise<void> {
  const magic = Buffer.from("CLPW1\0\0\0");
  const oldHead = magic.length + 32;
  const walk = await opendir(join(folder, "values"), { recursive: true }).catch(() => undefined);
  for await (const entry of walk ?? []) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const [bytes, info] = await Promise.all([readFile(path), stat(path)]).catch(() => []);
    if (!bytes || !info || !bytes.subarray(0, magic.length).equals(magic)) continue;
    const content = bytes.subarray(oldHead);
    if (!hash("sha256", content, "buffer").equals(bytes.subarray(magic.length, oldHead))) {
      await rm(path, { force: true });
      continue;
    }
    await replaceFile(path, [writeHead(content, { cost: 0, since: 0 }), content]);
    // The time of its last use. Another process may have removed the file.
    await utimes(path, info.atime, info.mtime).catch(() => {});
  }
}
