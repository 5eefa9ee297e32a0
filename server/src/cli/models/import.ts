import { stat } from "node:fs/promises";
import { PackError } from "@clipwork/models";
import type { Placing } from "@clipwork/models/checkpoint";
import { dataFolder, dataFolderTrouble, openDataFolder } from "../../data-folder/data-folder.ts";
import { importPack } from "../../packs/import-pack.ts";
import { interruptible } from "../../terminal/interrupt.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../../terminal/terminal.ts";
import { reportImported } from "./report-imported.ts";

export type ImportCommandOptions = {
  readonly folder: string;
  readonly name?: string;
  readonly for?: string;
  readonly move?: boolean;
  readonly copy?: boolean;
  readonly weights: "published" | "int8";
  readonly run: boolean;
  readonly templates?: string;
  readonly data?: string;
  readonly json?: boolean;
};

/** `clipwork models import`: a published checkpoint becomes a pack; says what was done, how long it took and in how much memory. */
export async function modelsImportCommand(terminal: Terminal, options: ImportCommandOptions): Promise<number> {
  const json = options.json === true;
  const data = dataFolder(options.data);
  const trouble = await dataFolderTrouble(data);
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  if (!(await stat(options.folder).catch(() => undefined))?.isDirectory()) {
    const remedy = "Check the path; a repository of a hub is named ORG/NAME.";
    return refuse(terminal, [inputProblem("import", `There is no folder ${options.folder}.`, remedy)], json);
  }
  await openDataFolder(data);
  const published: Placing = options.copy ? "copy" : options.move ? "move" : "link";
  const placing = options.weights === "int8" ? "int8" : published;
  const { signal, stop } = interruptible((line) => terminal.err(line), {
    kill: () => process.exit(exitCodes.interrupted),
  });
  const begun = performance.now();
  try {
    const imported = await importPack({
      ...{ from: options.folder, dataFolder: data, name: options.name, placing, run: options.run, signal },
      templates: options.templates,
      like: options.for,
      tell: (line) => terminal.err(visible(line)),
    });
    const verb = { link: "linked", move: "moved", copy: "copied", int8: "written in 8 bits" }[placing];
    return reportImported(terminal, imported, { verb, begun, json });
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    if (error instanceof PackError)
      return refuse(terminal, [inputProblem("import", error.message, error.remedy)], json);
    throw error;
  } finally {
    stop();
  }
}
