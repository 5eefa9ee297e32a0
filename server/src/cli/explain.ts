import { type Explanation, expandPlan, explainPlan } from "@clipwork/engine";
import type { Provider } from "@clipwork/models/onnx";
import {
  dataFolder,
  dataFolderTrouble,
  keysFolder,
  updateDataFolder,
  valuesFolder,
} from "../data-folder/data-folder.ts";
import { prepareRun } from "../documents/prepare-run.ts";
import { openSetup } from "../installed/setup.ts";
import { readSettings } from "../terminal/settings.ts";
import { exitCodes, inputProblem, refuse, type Terminal, tellProblem, visible } from "../terminal/terminal.ts";
import { diskStore } from "../values/disk-store.ts";
import { rememberedKeys, workflowIdentity } from "../values/remembered-keys.ts";

/** `clipwork explain`: says for each node whether a run would run it, and why. Runs nothing, and only needs to read. */
export async function explainCommand(
  terminal: Terminal,
  options: {
    readonly file: string;
    readonly set: readonly string[];
    readonly data?: string;
    readonly provider?: Provider | "auto";
    readonly json?: boolean;
  },
): Promise<number> {
  const json = options.json === true;
  const { settings, problems: usage } = await readSettings(options.set);
  const data = dataFolder(options.data);
  const trouble = await dataFolderTrouble(data, "read");
  const wrong = trouble ? [inputProblem("bad-folder", trouble.message, trouble.remedy)] : [];
  if (usage.length + wrong.length > 0) return refuse(terminal, [...usage, ...wrong], json);
  await updateDataFolder(data);
  const { setup, problems: unusable } = await openSetup(data, options.provider);
  if (!setup) return refuse(terminal, unusable, json);
  const { prepared, problems } = await prepareRun({ path: options.file, settings, setup });
  if (!prepared) return refuse(terminal, problems, json);
  const remembered = await rememberedKeys(keysFolder(data), workflowIdentity(prepared.document, options.file)).read();
  const kept = diskStore(valuesFolder(data)).observed;
  const nodes = await explainPlan(await expandPlan(prepared.plan, kept), kept, remembered);
  if (json) {
    terminal.out(JSON.stringify({ event: "explained", nodes, problems }));
    return exitCodes.done;
  }
  for (const problem of problems) tellProblem(terminal, problem);
  tellNodes(terminal, nodes);
  return exitCodes.done;
}

function tellNodes(terminal: Terminal, nodes: readonly Explanation[]): void {
  const width = nodes.reduce((widest, { node }) => Math.max(widest, node.length), 0);
  for (const { node, state, items, absent, reasons } of nodes) {
    const some = absent > 0 && absent < items ? ` ${absent} of ${items}` : "";
    const why = reasons.length > 0 ? `: ${visible(reasons.join("; "))}` : "";
    terminal.out(`${node.padEnd(width)}  ${state}${some}${why}`);
  }
  const states = [...new Set(nodes.map(({ state }) => state))];
  const counts = states.map((state) => `${nodes.filter((node) => node.state === state).length} ${state}`);
  terminal.out(`${nodes.length} ${nodes.length === 1 ? "node" : "nodes"}: ${counts.join(", ")}`);
}
