import { resolve } from "node:path";
import { restoreBackup } from "../../backup/restore-backup.ts";
import { dataFolder } from "../../data-folder/data-folder.ts";
import { folderTrouble } from "../../data-folder/folder-trouble.ts";
import { inputProblem, refuse, type Terminal, visible } from "../../terminal/terminal.ts";
import { cancellable } from "./cancellable.ts";

export type RestoreCommandOptions = { readonly file: string; readonly data?: string; readonly json?: boolean };

/** `clipwork restore`: makes a data folder of a backup. Returns the exit code. */
export async function restoreCommand(terminal: Terminal, options: RestoreCommandOptions): Promise<number> {
  const { file, json = false } = options;
  const folder = dataFolder(options.data);
  const trouble = await folderTrouble(folder, "data folder");
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  return cancellable(terminal, { file, json }, async (work) => {
    const { created, files, damaged } = await restoreBackup(resolve(file), folder, work);
    const time = new Date(created).toISOString();
    return () => {
      const line = `${folder}: ${files} files, as they were at ${time}. Model packs are added again with models add.`;
      terminal.out(json ? JSON.stringify({ event: "restored", folder, created: time, files, damaged }) : visible(line));
      for (const name of json ? [] : damaged)
        terminal.err(visible(`warning: ${name} was damaged when it was backed up, and is left out.`));
    };
  });
}
