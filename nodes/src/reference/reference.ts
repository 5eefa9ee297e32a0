import { type AnyCatalogue, catalogueJson, type NodeTypeJson } from "@clipwork/engine";
import { exampleOf } from "./example.ts";

/** The node reference as Markdown, made wholly from the declarations. */
export function nodeReference(catalogue: AnyCatalogue): string {
  const nodes = catalogueJson(catalogue);
  const contents = nodes.map(({ type, summary }) => `- [\`${type}\`](#${anchor(type)}): ${plain(summary)}`);
  return [
    "# Node reference",
    "Made by `npm --silent start -- nodes --markdown > docs/nodes.md`; change the declarations in `nodes/src`, not this page.",
    contents.join("\n"),
    ...nodes.map((node) => section(node, nodes)),
  ].join("\n\n");
}

function section(node: NodeTypeJson, all: readonly NodeTypeJson[]): string {
  const inputs = Object.entries(node.inputs).map(([port, { type, list, optional, when, summary }]) => {
    const condition = when ? `only if ${when.param} is ${when.is}` : "";
    const notes = [list ? "whole list" : "", optional ? "optional" : "", condition].filter(Boolean);
    return [code(port), [type.kind, ...notes].join(", "), plain(summary)];
  });
  const outputs = Object.entries(node.outputs).map(([port, { type, list, summary }]) => [
    code(port),
    list ? `${type.kind}, list` : type.kind,
    plain(summary),
  ]);
  const params = Object.entries(node.params).map(([name, param]) => [
    code(name),
    plain(describe(param)),
    param.default === "" || param.default === null ? "empty" : code(JSON.stringify(param.default)),
    plain(param.summary),
  ]);
  return [
    `## ${node.type}`,
    `**${plain(node.title)}**, version ${node.version}. ${plain(node.summary)}`,
    table(["Input", "Type", "What it is"], inputs),
    table(["Output", "Type", "What it is"], outputs),
    table(["Parameter", "Values", "Default", "What it does"], params),
    runs(node),
    reads(node),
    example(node, all),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function runs({ stages, optionalStages }: NodeTypeJson): string {
  if (stages.length === 0) return "";
  const them = optionalStages.length === 1 ? "it" : "them";
  const more = optionalStages.length === 0 ? "" : `, and, if it has ${them}, ${optionalStages.map(code).join(", ")}`;
  return `Runs the pack's ${stages.map(code).join(", ")}${more}.`;
}

function reads({ arrays, optionalArrays }: NodeTypeJson): string {
  const names = [...arrays.map(code), ...optionalArrays.map((name) => `${code(name)} (if it has them)`)];
  return names.length === 0 ? "" : `Reads the pack's arrays ${names.join(", ")}.`;
}

function example(type: NodeTypeJson, all: readonly NodeTypeJson[]): string {
  const { id, node } = exampleOf(type, all);
  const fields = Object.entries(node).map(([name, value]) => `    ${JSON.stringify(name)}: ${spaced(value)}`);
  return ["```json", "{", `  ${JSON.stringify(id)}: {`, fields.join(",\n"), "  }", "}", "```"].join("\n");
}

/** JSON on one line, with the spaces that a formatter puts. */
function spaced(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}: ${spaced(inner)}`)
    .join(", ")} }`;
}

function describe(param: NodeTypeJson["params"][string]): string {
  switch (param.kind) {
    case "integer":
    case "number":
      return `${param.kind}, ${param.min} to ${param.max}`;
    case "choice":
      return param.choices.join(", ");
    default:
      return param.linkable ? param.kind : `${param.kind}, not linkable`;
  }
}

/** A table with its columns padded, as the formatter wants it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column]!.length)));
  const rule = widths.map((width) => "-".repeat(width));
  return [head, rule, ...rows]
    .map((cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`)
    .join("\n");
}

const code = (text: string) => `\`${text}\``;
const plain = (text: string) => text.replace(/[|<>]/g, (character) => `\\${character}`);
/** As GitHub makes it of a heading. */
const anchor = (heading: string) => heading.replaceAll(".", "");
