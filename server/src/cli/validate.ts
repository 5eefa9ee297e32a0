import { writtenTitle } from "@clipwork/engine";
import { dataFolder } from "../data-folder/data-folder.ts";
import { prepareRun } from "../documents/prepare-run.ts";
import { openSetup } from "../installed/setup.ts";
import { readSettings } from "../terminal/settings.ts";
import { exitCodes, refuse, type Terminal, tellProblem, visible } from "../terminal/terminal.ts";

/** `clipwork validate`: says whether a workflow would run here. Writes nothing. */
export async function validateCommand(
  terminal: Terminal,
  options: { readonly file: string; readonly set: readonly string[]; readonly data?: string; readonly json?: boolean },
): Promise<number> {
  const json = options.json === true;
  const { settings, problems: usage } = await readSettings(options.set);
  if (usage.length > 0) return refuse(terminal, usage, json);
  const { setup, problems: unusable } = await openSetup(dataFolder(options.data));
  if (!setup) return refuse(terminal, unusable, json);
  const { prepared, problems } = await prepareRun({ path: options.file, settings, setup });
  if (!prepared) return refuse(terminal, problems, json);
  const nodes = prepared.plan.nodes.length;
  const title = writtenTitle(prepared.document.json.meta) ?? options.file;
  if (json) terminal.out(JSON.stringify({ event: "valid", nodes, problems }));
  else {
    for (const problem of problems) tellProblem(terminal, problem);
    terminal.out(`${visible(title)}: valid, ${nodes} ${nodes === 1 ? "node" : "nodes"} to run.`);
  }
  return exitCodes.done;
}
