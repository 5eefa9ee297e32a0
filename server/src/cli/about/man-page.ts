import { allCommands, type CommandTree } from "./command-tree.ts";

/** What the exit codes mean, as the README says it too. */
const exitStatus = [
  ["0", "success; for replay, the same pixels or bytes; for diff, no difference"],
  ["1", "a node failed, a row of a batch failed, or an output could not be written; for replay and diff, a difference"],
  ["2", "bad input: usage, workflow, picture, pack or file; nothing was written"],
  ["130", "interrupted; finished work is kept"],
] as const;

const environment = [
  ["CLIPWORK_DATA", "the data folder, unless --data names one"],
  ["CLIPWORK_PACKS", "folders in which model packs are looked for first"],
  ["CLIPWORK_NODES", "folders of node packs to try, before those of config.json"],
  [
    "HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, HF_HOME",
    "the hub that models are added from, as for Python's huggingface_hub",
  ],
  ["TERM, CI", "lines in place of bars if TERM is dumb or CI is set"],
] as const;

/** The manual's page of the program in the macros of man(7), made from what the commands declare. */
export function manPage(tree: CommandTree, version: string): string {
  const commands = allCommands(tree).filter(({ path }) => path !== "");
  const lines = [
    `.TH CLIPWORK 1 "" "clipwork ${version}" "User Commands"`,
    ".SH NAME",
    "clipwork \\- runs unCLIP workflows",
    ".SH SYNOPSIS",
    ".B clipwork",
    "[\\fIcommand\\fR] [\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    text(tree.description),
    ".SH COMMANDS",
    ...commands.flatMap(command),
    ".SH EXIT STATUS",
    ...exitStatus.flatMap(([code, meaning]) => tagged(code, meaning)),
    ".SH ENVIRONMENT",
    ...environment.flatMap(([name, meaning]) => tagged(name, meaning)),
  ];
  return `${lines.join("\n")}\n`;
}

function command({ path, description, arguments: taken, options, commands }: CommandTree): string[] {
  const names = taken.map(({ name, required }) => (required ? `<${name}>` : `[${name}]`));
  const inner = commands.length > 0 && taken.length === 0 ? ["<command>"] : [];
  return [
    `.SS "${escaped(["clipwork", path, ...names, ...inner].join(" "))}"`,
    text(`${description}.`),
    ...taken.flatMap((one) => tagged(one.name, one.description)),
    ...options.flatMap(({ flags, description, choices }) =>
      tagged(flags, choices.length > 0 ? `${description} (${choices.join(", ")})` : description),
    ),
  ];
}

const tagged = (tag: string, meaning: string) => [".TP", `.B ${escaped(tag)}`, text(meaning)];

/** A line of text: none that begins with a dot or an apostrophe is a request. */
function text(line: string): string {
  return escaped(line).replace(/^(?=[.'])/, "\\&");
}

/** Signs that have a meaning for roff, and those beyond ASCII, which it takes by their codes. */
const escaped = (line: string) =>
  line
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll('"', "\\(dq")
    .replace(/\P{ASCII}/gu, (sign) => `\\[u${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`);
