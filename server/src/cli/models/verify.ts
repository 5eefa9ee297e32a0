import { FileHashes, findPacks, PackError } from "@clipwork/models";
import { dataFolder } from "../../data-folder/data-folder.ts";
import { isUnusable, loadPack, packRoots } from "../../installed/load-packs.ts";
import { tryPack } from "../../installed/try-pack.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../../terminal/terminal.ts";

export type VerifyOptions = { readonly name: string; readonly data?: string; readonly json?: boolean };

/** `clipwork models verify`: reads every file of a pack anew, and runs each of its networks once. */
export async function modelsVerifyCommand(terminal: Terminal, options: VerifyOptions): Promise<number> {
  const { name, json = false } = options;
  const places = await findPacks(packRoots(dataFolder(options.data)));
  const folder = places.get(name);
  if (folder === undefined) return refuse(terminal, [noPack(name, [...places.keys()])], json);
  const pack = await loadPack(folder, new FileHashes());
  if (isUnusable(pack)) return refuse(terminal, [{ code: "unusable-pack", severity: "error", ...pack }], json);
  try {
    const tried = await tryPack(pack, { onStage: (stage) => terminal.err(visible(`running ${stage} once`)) });
    if (json) terminal.out(JSON.stringify({ event: "verified", name, folder, tried }));
    else
      terminal.out(visible(`${name} in ${folder} is whole: its files have their hashes, and each network ran once.`));
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    return refuse(terminal, [inputProblem("unusable-pack", error.message, error.remedy)], json);
  }
}

/** That no pack has this name. */
export function noPack(name: string, names: readonly string[]) {
  const there = names.length === 0 ? "There is none." : `There are ${names.toSorted().join(", ")}.`;
  return inputProblem("unknown-pack", `There is no model pack "${name}".`, there);
}
