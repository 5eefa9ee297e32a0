import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { folderFor } from "../cli/clipwork.fixture.ts";

/** A folder on a disk of its own of so many megabytes, or why there can be none here: it takes Linux and root. */
export function smallDisk(
  context: TestContext,
  megabytes: number,
): { readonly folder: string } | { readonly skip: string } {
  if (process.platform !== "linux") return { skip: "a disk in memory is mounted on Linux alone" };
  const folder = folderFor(context);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    return { skip: `no disk can be mounted here: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}` };
  }
  context.after(() => void execFileSync("umount", ["--lazy", folder]));
  return { folder };
}

/** Where a file lies that only takes room. */
export const ballast = (folder: string) => join(folder, "ballast");
