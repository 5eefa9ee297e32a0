import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { startServer } from "../server/server.fixture.ts";
import { smallDisk } from "../server/tmpfs.fixture.ts";
import type { Place } from "./rounds.ts";

/** Megabytes of the disk: room for some rounds. */
const megabytes = 24;

/** A server whose data folder lies on a small disk and keeps little there, beside one with all the room; or why there can be none here. */
export async function smallPlace(
  context: Parameters<typeof smallDisk>[0],
): Promise<(Place & { readonly data: string }) | { readonly skip: string }> {
  const disk = smallDisk(context, megabytes);
  if ("skip" in disk) return disk;
  const data = join(disk.folder, "data");
  mkdirSync(data);
  writeFileSync(join(data, "config.json"), JSON.stringify({ keepBytes: 2 ** 20, keepRuns: 20 }));
  const server = await startServer(context, { data });
  const reference = await startServer(context);
  return { server, reference, disk: disk.folder, data, elsewhere: folderFor(context) };
}
