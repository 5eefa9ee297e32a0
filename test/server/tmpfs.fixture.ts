import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A folder on a disk of its own of so many megabytes, or why there can be none here: it takes Linux and root. */
export function smallDisk(
  context: Pick<TestContext, "after">,
  megabytes: number,
): { readonly folder: string } | { readonly skip: string } {
  if (process.platform !== "linux") return { skip: "a disk in memory is mounted on Linux alone" };
  const folder = mkdtempSync(join(tmpdir(), "clipwork-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    return { skip: `no disk can be mounted here: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}` };
  }
  context.after(() => {
    // Lazily: whoever still has files there, such as a server that is about to end, loses nothing.
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder };
}

/** Where a file lies that only takes room. */
export const ballast = (folder: string) => join(folder, "ballast");

/** Fills the disk of the folder until at most so many bytes are left, whatever others write meanwhile. */
export function leave(folder: string, bytes: number): void {
  const chunk = Buffer.alloc(2 ** 14);
  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  try {
    while (free() > bytes) appendFileSync(ballast(folder), chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
