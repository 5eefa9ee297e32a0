import type { ExposedParam, Param, ParamValue, WorkflowJson } from "@clipwork/engine";

/** An output of a workflow: the id of its node, what a program reads it as, and what its files are called. */
export type TypedOutput = { readonly node: string; readonly reading: string; readonly name: string };

/** What a module of types is about. */
export type Typed = {
  /** Of the function: lower camel case. */
  readonly name: string;
  readonly title: string;
  readonly workflow: WorkflowJson;
  readonly exposed: readonly ExposedParam[];
  readonly outputs: readonly TypedOutput[];
};

/** How such a module begins. */
export const madeBy = "// Made by `clipwork types`.";

/**
 * A TypeScript module with one function that runs the workflow: a property for each exposed name, with its type, range and default, and
 * one of the result for each output. It needs `@clipwork/client` alone.
 */
export function writeModule({ name, title, workflow, exposed, outputs }: Typed): string {
  const parameters = `${name[0]!.toUpperCase()}${name.slice(1)}Parameters`;
  const needed = exposed.some((each) => !hasDefault(each));
  const readings = outputs.map(({ node, reading }) => `  ${key(node)}: ${JSON.stringify(reading)},`);
  return [
    `${madeBy} Not to be edited: make it again when the workflow has changed.`,
    'import { type RunOptions, type Runs, runTyped, type TypedRun } from "@clipwork/client";',
    "",
    comment("", [`What "${title}" takes.`]),
    `export type ${parameters} = {`,
    ...exposed.map(property),
    "};",
    "",
    `const workflow: object = JSON.parse(\n  ${quoted(JSON.stringify(workflow))},\n);`,
    "",
    comment("", ["How its outputs are read, by the ids of their nodes."]),
    `const outputs = {`,
    ...outputs.flatMap(({ name }, i) => [comment("  ", [`Its files are called ${name}.`]), readings[i]!]),
    "} as const;",
    "",
    comment("", [
      `Runs "${title}" on a server (createClient) or within this program (openClipwork).`,
      "What is left out is as the workflow says. The result's `named` has the items of each output.",
    ]),
    `export function ${name}(`,
    "  runs: Runs,",
    `  parameters: ${parameters}${needed ? "" : " = {}"},`,
    '  options: Omit<RunOptions, "set"> = {},',
    "): TypedRun<typeof outputs> {",
    "  return runTyped(runs, workflow, parameters, outputs, options);",
    "}",
    "",
  ].join("\n");
}

/** A file that has to be chosen has none. */
function hasDefault({ param, value }: ExposedParam): boolean {
  return param.kind !== "file" || value !== "";
}

function property(exposed: ExposedParam): string {
  const { name, param, value } = exposed;
  const told = hasDefault(exposed) ? [`@defaultValue ${say(value)}`] : [];
  const lines = [param.summary, ...rangeOf(param), ...told];
  if (name === "__proto__") lines.push('Written ["__proto__"], or an object would take it for its prototype.');
  // Without it no object could leave the name out: every one has something that is called so.
  const inherited = hasDefault(exposed) && ofEveryObject.includes(name) ? ` | Object[${quoted(name)}]` : "";
  return `${comment("  ", lines)}\n  readonly ${key(name)}${hasDefault(exposed) ? "?" : ""}: ${typeOf(param)}${inherited};`;
}

/** What the compiler knows every object to have. */
const ofEveryObject: readonly string[] = [
  ...["constructor", "toString", "toLocaleString", "valueOf"],
  ...["hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"],
];

function say(value: ParamValue): string {
  return value === null ? "the pack's own" : JSON.stringify(value);
}

function rangeOf(param: Param): readonly string[] {
  switch (param.kind) {
    case "seed":
      return ["A whole number from 0 to 4294967295."];
    case "integer":
      return [`A whole number from ${param.min} to ${param.max}.`];
    case "number":
      return [`A number from ${param.min} to ${param.max}.`];
    case "text":
      return [`At most ${param.maxLength} characters.`];
    case "file":
      return [`A ${param.folder ? "folder" : "file"}: its path, or on a server "asset:" and the hash of an upload.`];
    default:
      return [];
  }
}

function typeOf(param: Param): string {
  switch (param.kind) {
    case "seed":
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "choice":
      return param.choices.map(quoted).join(" | ") || "never";
    default:
      return "string";
  }
}

/** A name as a property: in quotes unless it is an identifier, so that none of them is special. */
function key(name: string): string {
  return /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? name : `[${quoted(name)}]`;
}

/** What turns the direction of a line, so that a text looks like code that is not there, and what a terminal obeys. */
const hidden = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text as code reads it, in which nothing is hidden. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(hidden, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A comment of documentation, which no text of a workflow can end. */
function comment(indent: string, lines: readonly string[]): string {
  const shown = lines.map((line) => line.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").replaceAll(hidden, ""));
  const safe = shown.map((line) => line.replaceAll("*/", "*\\/"));
  if (safe.length === 1) return `${indent}/** ${safe[0]} */`;
  return [`${indent}/**`, ...safe.map((line) => `${indent} * ${line}`), `${indent} */`].join("\n");
}
