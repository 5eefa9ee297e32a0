import type { Argument, Command, Option } from "commander";

/** A command with what it takes, as completions and the manual describe it. */
export type CommandTree = {
  /** The words that name it, without the program's: "models add"; "" for the program. */
  readonly path: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required: boolean }[];
  readonly options: readonly OptionTree[];
  readonly commands: readonly CommandTree[];
};

export type OptionTree = {
  /** As help shows it: "--set <name=value>". */
  readonly flags: string;
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
};

/** The program's commands as they are declared. */
export function commandTree(command: Command, path: readonly string[] = []): CommandTree {
  const options = command.options.filter(({ hidden }) => !hidden).map(optionTree);
  return {
    path: path.join(" "),
    description: command.description(),
    arguments: command.registeredArguments.map((argument: Argument) => ({
      name: argument.name(),
      description: argument.description,
      required: argument.required,
    })),
    options: [
      ...options,
      { flags: "--help", long: "--help", description: "say how to use it", takesValue: false, choices: [] },
    ],
    commands: command.commands.map((one) => commandTree(one, [...path, one.name()])),
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
