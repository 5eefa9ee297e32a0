import { stat } from "node:fs/promises";
import { PackError } from "@clipwork/models";
import type { WeightVariant } from "@clipwork/models/checkpoint";
import { readConfiguration } from "../../data-folder/configuration.ts";
import { dataFolder, dataFolderTrouble, openDataFolder } from "../../data-folder/data-folder.ts";
import { isRepositoryId } from "../../hub/connection/names.ts";
import { hubOf } from "../../hub/connection/settings.ts";
import type { Licence } from "../../hub/licence.ts";
import { addPack } from "../../packs/add-pack.ts";
import { downloadProgress } from "../../terminal/download-progress.ts";
import { interruptible } from "../../terminal/interrupt.ts";
import { askYes } from "../../terminal/question.ts";
import { size } from "../../terminal/size.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../../terminal/terminal.ts";
import { type ImportCommandOptions, modelsImportCommand } from "./import.ts";
import { reportImported } from "./report-imported.ts";

export type AddCommandOptions = Omit<ImportCommandOptions, "folder"> & {
  readonly source: string;
  readonly variant?: WeightVariant;
  readonly acceptLicence?: boolean;
  readonly sha256?: string;
  readonly allowHost: readonly string[];
};

/** `clipwork models add`: a checkpoint of a hub or an address is downloaded and becomes a pack; a folder is imported as `models import` does it. */
export async function modelsAddCommand(terminal: Terminal, options: AddCommandOptions): Promise<number> {
  const { source, json = false } = options;
  if (await isFolder(source)) return modelsImportCommand(terminal, { ...options, folder: source });
  const data = dataFolder(options.data);
  const trouble = await dataFolderTrouble(data);
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  const { configuration, problems } = await readConfiguration(data);
  if (!configuration) return refuse(terminal, problems, json);
  await openDataFolder(data);
  const { signal, stop } = interruptible((line) => terminal.err(line), {
    kill: () => process.exit(exitCodes.interrupted),
  });
  const begun = performance.now();
  const progress = downloadProgress(terminal, json);
  try {
    const added = await addPack(hubOf(configuration.hubHosts), {
      ...{ source, dataFolder: data, name: options.name, variant: options.variant, like: options.for },
      ...{ sha256: options.sha256, hosts: options.allowHost },
      ...{ weights: options.weights, run: options.run, templates: options.templates, signal },
      accepts: async (licence) => {
        if (!json) for (const line of describeLicence(licence)) terminal.err(visible(line));
        return options.acceptLicence === true || (await askYes("Do you accept it?", signal));
      },
      onProgress: progress.show,
      tell: (line) => {
        progress.stop();
        terminal.err(visible(line));
      },
    });
    return reportImported(terminal, added, { verb: "downloaded", begun, json });
  } catch (error) {
    progress.stop();
    if (signal.aborted) {
      terminal.err("What came so far is kept: the same command goes on from there.");
      return exitCodes.interrupted;
    }
    if (error instanceof PackError) return refuse(terminal, [inputProblem("add", error.message, error.remedy)], json);
    throw error;
  } finally {
    stop();
  }
}

/** Whether the source is a folder, or can be nothing else. */
async function isFolder(source: string): Promise<boolean> {
  if (/^https?:\/\//i.test(source)) return false;
  const there = await stat(source).then(
    (info) => info.isDirectory(),
    () => false,
  );
  return there || !isRepositoryId(source.split("@")[0]!);
}

function describeLicence({ repository, name, page, text, bytes }: Licence): string[] {
  const words = text === undefined ? "" : ", whose text is among its files";
  return [
    `${repository} has ${size(bytes)} of weights, published under the licence: ${name}${words}.`,
    `Read it at ${page}`,
  ];
}
