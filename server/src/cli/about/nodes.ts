import { catalogueJson, describeType, type NodeTypeJson, suggest } from "@clipwork/engine";
import { nodeReference } from "@clipwork/nodes";
import { dataFolder } from "../../data-folder/data-folder.ts";
import { openSetup } from "../../installed/setup.ts";
import { called } from "../../terminal/called.ts";
import { exitCodes, inputProblem, refuse, type Terminal, tellProblem, visible } from "../../terminal/terminal.ts";

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
  const one = all.find((node) => node.type === type);
  if (type !== undefined && !one) {
    const message = `There is no node type "${type}".`;
    return refuse(terminal, [inputProblem("unknown-node-type", message, remedyFor(type, all))], json);
  }
  if (json) terminal.out(JSON.stringify(one ?? all, undefined, 2));
  else if (markdown) {
    const asked = [...catalogue].filter(([name]) => type === undefined || name === type);
    terminal.out(nodeReference(new Map(asked)).trimEnd());
  } else if (one) terminal.out(describeNode(one));
  else {
    const width = Math.max(...all.map((node) => node.type.length));
    for (const { type, summary, origin } of all) {
      terminal.out(visible(`${type.padEnd(width)}  ${summary}${origin === undefined ? "" : ` (${nameOf(origin)})`}`));
    }
  }
  return exitCodes.done;
}

/** A node pack's `name@version`, without the digest. */
function nameOf(origin: string): string {
  const [name = origin] = origin.split(" ");
  return name;
}

function remedyFor(type: string, all: readonly NodeTypeJson[]): string {
  const last = type.slice(type.lastIndexOf(".") + 1);
  const near = all.filter((node) => node.type.includes(last) || node.type.startsWith(`${type}.`));
  if (near.length > 0) return `Did you mean ${near.map((node) => node.type).join(" or ")}?`;
  return `${suggest(
    type,
    all.map((node) => node.type),
    "node type",
  )} "${called} nodes" lists all of them.`;
}

function describeNode(node: NodeTypeJson): string {
  const { type, version, title, summary, origin, inputs, outputs, params, stages, optionalStages } = node;
  const from = origin === undefined ? "" : `, from ${nameOf(origin)}`;
  const lines = [`${type}  (${title}, version ${version}${from})`, summary];
  const section = (heading: string, rows: readonly (readonly [string, string, string])[]) => {
    if (rows.length === 0) return;
    const names = Math.max(...rows.map(([name]) => name.length));
    const kinds = Math.max(...rows.map(([, kind]) => kind.length));
    lines.push("", heading);
    for (const [name, kind, text] of rows) lines.push(`  ${name.padEnd(names)}  ${kind.padEnd(kinds)}  ${text}`);
  };
  section(
    "Inputs",
    Object.entries(inputs).map(([name, { type, optional, list, when, summary }]) => [
      name,
      [
        describeKind(type),
        ...(list ? ["whole list"] : []),
        ...(optional ? ["optional"] : []),
        ...(when ? [`only if ${when.param} is ${when.is}`] : []),
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
