import type { Argument, Command, Option } from "commander";

/** A command with what it takes, as completions and the manual describe it. */
export type CommandTree = {
  /** The words that name it, without the program's: "models add"; "" for the program. */
  readonly path: string;
  readonly description: string;
  readonly arguments: readonly ArgumentTree[];
  readonly options: readonly OptionTree[];
  readonly commands: readonly CommandTree[];
};

export type ArgumentTree = {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly choices: readonly string[];
};

export type OptionTree = {
  /** As help shows it: "--set <name=value>". */
  readonly flags: string;
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
};

/** The program's commands as they are declared. `known` are words that the first argument of a command may be, by its path. */
export function commandTree(
  command: Command,
  known: { readonly [path: string]: readonly string[] } = {},
  path: readonly string[] = [],
): CommandTree {
  const options = command.options.filter(({ hidden }) => !hidden).map(optionTree);
  return {
    path: path.join(" "),
    description: command.description(),
    arguments: command.registeredArguments.map((argument: Argument, i) => ({
      name: argument.name(),
      description: argument.description,
      required: argument.required,
      choices: argument.argChoices ?? (i === 0 ? (known[path.join(" ")] ?? []) : []),
    })),
    options: [
      ...options,
      { flags: "--help", long: "--help", description: "say how to use it", takesValue: false, choices: [] },
    ],
    commands: command.commands.map((one) => commandTree(one, known, [...path, one.name()])),
  };
}

function optionTree({ flags, long, description, required, optional, argChoices }: Option): OptionTree {
  return { flags, long: long ?? flags, description, takesValue: required || optional, choices: argChoices ?? [] };
}

/** The command and all below it. */
export function allCommands(tree: CommandTree): CommandTree[] {
  return [tree, ...tree.commands.flatMap(allCommands)];
}

export const lastWord = ({ path }: CommandTree): string => path.split(" ").at(-1)!;
