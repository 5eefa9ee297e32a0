import { catalogueJson, describeType, type NodeTypeJson } from "@clipwork/engine";
import { nodeReference } from "@clipwork/nodes";
import { dataFolder } from "../data-folder/data-folder.ts";
import { openSetup } from "../installed/setup.ts";
import { exitCodes, inputProblem, refuse, type Terminal, tellProblem, visible } from "../terminal/terminal.ts";

/** `clipwork nodes`: the node types and where they come from, or one of them with all its ports and parameters. */
export async function nodesCommand(
  terminal: Terminal,
  options: {
    readonly type?: string;
    readonly data?: string;
    readonly json?: boolean;
    readonly markdown?: boolean;
  },
): Promise<number> {
  const { type, json = false, markdown = false } = options;
  // What models run on does not matter here, and trying it takes time.
  const { setup, problems } = await openSetup(dataFolder(options.data), "cpu");
  if (!setup) return refuse(terminal, problems, json);
  const { catalogue } = setup.nodes;
  for (const problem of setup.nodes.problems) tellProblem(terminal, problem);
  const all = catalogueJson(catalogue);
  const chosen = type === undefined ? all : all.filter((node) => node.type === type);
  if (chosen.length === 0) {
    const message = `There is no node type "${type}".`;
    return refuse(terminal, [inputProblem("unknown-node-type", message, remedyFor(type!, all))], json);
  }
  if (json) terminal.out(JSON.stringify(type === undefined ? chosen : chosen[0], undefined, 2));
  else if (markdown) {
    const reference = nodeReference(new Map(chosen.map(({ type }) => [type, catalogue.get(type)!])));
    terminal.out(reference.trimEnd());
  } else if (type !== undefined) terminal.out(describeNode(chosen[0]!));
  else {
    const width = Math.max(...chosen.map((node) => node.type.length));
    for (const { type, summary, origin } of chosen) {
      terminal.out(visible(`${type.padEnd(width)}  ${summary}${origin === undefined ? "" : ` (${nameOf(origin)})`}`));
    }
  }
  return exitCodes.done;
}

/** A node pack's `name@version`, without the digest. */
function nameOf(origin: string): string {
  return origin.split(" ")[0]!;
}

function remedyFor(type: string, all: readonly NodeTypeJson[]): string {
  const near = all.filter((node) => node.type.includes(type.split(".").at(-1)!) || node.type.startsWith(`${type}.`));
  const names = (near.length > 0 ? near : all).map((node) => node.type);
  return `${near.length > 0 ? "Did you mean" : "There are"} ${names.join(", ")}${near.length > 0 ? "?" : "."}`;
}

function describeNode(node: NodeTypeJson): string {
  const { type, version, title, summary, origin, inputs, outputs, params, stages, optionalStages } = node;
  const from = origin === undefined ? "" : `, from ${nameOf(origin)}`;
  const lines = [`${type}  (${title}, version ${version}${from})`, summary];
  const section = (heading: string, rows: readonly (readonly [string, string, string])[]) => {
    if (rows.length === 0) return;
    const [first, second] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
    lines.push("", heading);
    for (const [name, kind, text] of rows) lines.push(`  ${name.padEnd(first!)}  ${kind.padEnd(second!)}  ${text}`);
  };
  section(
    "Inputs",
    Object.entries(inputs).map(([name, { type, optional, list, when, summary }]) => [
      name,
      [
        describeKind(type),
        ...(list ? ["whole list"] : []),
        ...(optional ? ["optional"] : []),
        ...(when ? [`only where ${when.param} is ${when.is}`] : []),
      ].join(", "),
      summary,
    ]),
  );
  section(
    "Outputs",
    Object.entries(outputs).map(([name, { type, list, summary }]) => [
      name,
      `${describeKind(type)}${list ? ", list" : ""}`,
      summary,
    ]),
  );
  section(
    "Parameters",
    Object.entries(params).map(([name, param]) => [name, describeParam(param), param.summary]),
  );
  const them = optionalStages.length === 1 ? "it" : "them";
  const more = optionalStages.length === 0 ? "" : `, and, if it has ${them}, ${optionalStages.join(", ")}`;
  if (stages.length > 0) lines.push("", `Runs the pack's ${stages.join(", ")}${more}.`);
  const read = [...node.arrays, ...node.optionalArrays.map((name) => `${name} (if it has them)`)];
  if (read.length > 0) lines.push("", `Reads the pack's arrays ${read.join(", ")}.`);
  return lines.join("\n");
}

function describeKind({ kind }: { readonly kind: NodeTypeJson["inputs"][string]["type"]["kind"] }): string {
  return describeType({ kind });
}

function describeParam(param: NodeTypeJson["params"][string]): string {
  const range = "min" in param ? ` ${param.min} to ${param.max}` : "";
  const kind = param.kind === "choice" ? param.choices.join(" | ") : `${param.kind}${range}`;
  return param.default === "" ? kind : `${kind} (${param.default === null ? "the pack's own" : param.default})`;
}
