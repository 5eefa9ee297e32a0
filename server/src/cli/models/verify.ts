import { findPacks, PackError } from "@clipwork/models";
import { dataFolder } from "../../data-folder/data-folder.ts";
import { packRoots } from "../../installed/load-packs.ts";
import { noPack } from "../../packs/remove-pack.ts";
import { verifyPack } from "../../packs/verify-pack.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../../terminal/terminal.ts";

export type VerifyOptions = { readonly name: string; readonly data?: string; readonly json?: boolean };

/** `clipwork models verify`: reads every file of a pack anew, and runs each of its networks once. */
export async function modelsVerifyCommand(terminal: Terminal, options: VerifyOptions): Promise<number> {
  const { name, json = false } = options;
  const places = await findPacks(packRoots(dataFolder(options.data)));
  const folder = places.get(name);
  if (folder === undefined) {
    const { message, remedy } = noPack(name, [...places.keys()]);
    return refuse(terminal, [inputProblem("unknown-pack", message, remedy)], json);
  }
  try {
    const tried = await verifyPack(folder, { tell: (line) => terminal.err(visible(line)) });
    if (json) terminal.out(JSON.stringify({ event: "verified", name, folder, tried }));
    else
      terminal.out(visible(`${name} in ${folder} is whole: its files have their hashes, and each network ran once.`));
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    return refuse(terminal, [inputProblem("unusable-pack", error.message, error.remedy)], json);
  }
}
