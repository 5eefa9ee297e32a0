import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../files/whole-file.ts";

const fileName = "serving.json";

/** Where the server of a data folder is reached, without a token, and its process. It may have ended: only the lock of its database says. */
export type Serving = { readonly url: string; readonly pid: number };

/** Notes where the server of a data folder is reached, for the commands that need it. */
export async function noteServing(data: string, serving: Serving): Promise<void> {
  await replaceFile(join(data, fileName), [Buffer.from(`${JSON.stringify(serving)}\n`)]);
}

export function forgetServing(data: string): void {
  rmSync(join(data, fileName), { force: true });
}

/** What the last server noted; undefined if there is nothing, or nothing that makes sense. */
export function servingAt(data: string): Serving | undefined {
  try {
    const { url, pid } = JSON.parse(readFileSync(join(data, fileName), "utf8"));
    return typeof url === "string" && URL.canParse(url) && Number.isInteger(pid) ? { url, pid } : undefined;
  } catch {
    return undefined;
  }
}
