import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isTime } from "../../files/time.ts";
import { replaceFile } from "../../files/whole-file.ts";

const fileName = "last-backup.json";

/** Notes when a backup of a data folder was written, in milliseconds since 1970. */
export async function noteBackup(data: string, time: number): Promise<void> {
  await replaceFile(join(data, fileName), [Buffer.from(`${JSON.stringify({ time })}\n`)]);
}

/** When the last backup was written; undefined if that is not known. */
export function lastBackup(data: string): number | undefined {
  try {
    const { time } = JSON.parse(readFileSync(join(data, fileName), "utf8"));
    return isTime(time) ? time : undefined;
  } catch {
    return undefined;
  }
}
