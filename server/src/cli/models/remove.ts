import { rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { dataFolder, dataFolderTrouble } from "../../data-folder/data-folder.ts";
import { isRepositoryId } from "../../hub/connection/names.ts";
import { downloadsFolder, unfinished } from "../../hub/staging.ts";
import { removeInstalled } from "../../packs/remove-pack.ts";
import { size } from "../../terminal/size.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../../terminal/terminal.ts";

export type RemoveOptions = {
  readonly name: string;
  readonly force?: boolean;
  readonly data?: string;
  readonly json?: boolean;
};

/** `clipwork models remove`: takes a pack out of the data folder; weights that are nowhere else only with --force. */
export async function modelsRemoveCommand(terminal: Terminal, options: RemoveOptions): Promise<number> {
  const { name, json = false } = options;
  const data = dataFolder(options.data);
  const trouble = await dataFolderTrouble(data);
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  if (isRepositoryId(name) || name.includes("://")) return discard(terminal, downloadsFolder(data), name, json);
  const removed = await removeInstalled(data, { name, force: options.force === true, inBytes: size });
  if ("error" in removed)
    return refuse(terminal, [inputProblem(removed.code, removed.error.message, removed.error.remedy)], json);
  const { folder, own, shared } = removed;
  if (json) terminal.out(JSON.stringify({ event: "removed", name, folder, freed: own, kept: shared }));
  else
    terminal.out(
      visible(
        `${name} is removed from ${dirname(resolve(folder))}: ${size(own)} freed, ${size(shared)} are where they were published.`,
      ),
    );
  return exitCodes.done;
}

/** Removes the downloads of a repository that are not whole. */
async function discard(terminal: Terminal, downloads: string, name: string, json: boolean): Promise<number> {
  const all = await unfinished(downloads);
  const found = all.filter(({ repository }) => repository === name);
  const busy = found.find((one) => one.busy);
  if (found.length === 0 || busy) {
    const names = [...new Set(all.map(({ repository }) => repository))];
    const problem = busy
      ? inputProblem("busy", `${name} is being downloaded.`, "Cancel that first.")
      : inputProblem(
          "unknown-download",
          `There is no download of ${name} that is not whole.`,
          names.length === 0
            ? "There is none at all."
            : `${names.length === 1 ? "There is" : "There are"} ${names.join(", ")}.`,
        );
    return refuse(terminal, [problem], json);
  }
  for (const { folder } of found) await rm(folder, { recursive: true });
  const freed = found.reduce((sum, { bytes }) => sum + bytes, 0);
  if (json) terminal.out(JSON.stringify({ event: "discarded", name, freed }));
  else terminal.out(`What came of ${name} is removed: ${size(freed)} freed.`);
  return exitCodes.done;
}
