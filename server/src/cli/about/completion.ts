import { allCommands, type CommandTree, lastWord } from "./command-tree.ts";

export const shells = ["bash", "zsh", "fish"] as const;

/** A script that lets the shell complete the program's commands, options, what these and arguments may be, and files where one is taken. */
export function completionScript(shell: (typeof shells)[number], tree: CommandTree): string {
  return { bash, zsh, fish }[shell](tree);
}

/** What may stand after a command besides files: its own commands, its options, and what its arguments may be. */
const wordsOf = ({ commands, options, arguments: all }: CommandTree) => [
  ...commands.map(lastWord),
  ...all.flatMap(({ choices }) => choices),
  ...options.map(({ long }) => long),
];

/** Whether an argument of the command may be anything, and so a file. */
const takesFile = ({ arguments: all }: CommandTree) => all.some(({ choices }) => choices.length === 0);

/** Each option of each command that takes a value. */
const valued = (tree: CommandTree) =>
  allCommands(tree).flatMap(({ path, options }) =>
    options.filter(({ takesValue }) => takesValue).map((option) => ({ path, ...option })),
  );

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Lines of a `case` in which the word after a command is one of its own. */
function steps(tree: CommandTree): string {
  const pairs = allCommands(tree).flatMap(({ path, commands }) => commands.map((one) => `${path}/${lastWord(one)}`));
  return pairs.map(quoted).join("|");
}

function bash(tree: CommandTree): string {
  const words = allCommands(tree).map(
    (one) =>
      `    ${quoted(one.path)}) words=${quoted(wordsOf(one).join(" "))}; files=${takesFile(one) ? "yes" : "no"} ;;`,
  );
  const values = valued(tree).map(
    ({ path, long, choices }) =>
      `    ${quoted(`${path}:${long}`)}) words=${quoted(choices.join(" "))}; files=${choices.length > 0 ? "no" : "yes"} ;;`,
  );
  return `# Completions of clipwork for bash: source this file, or put it among bash-completion's.
_clipwork() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" word words="" files=no
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at/$word" in
      ${steps(tree)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${words.join("\n")}
  esac
  case "$at:$prev" in
${values.join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  if [[ $files = yes && $cur != -* ]]; then
    local found
    mapfile -t found < <(compgen -f -- "$cur")
    COMPREPLY+=("\${found[@]}")
  fi
}
complete -o filenames -F _clipwork clipwork
`;
}

function zsh(tree: CommandTree): string {
  const described = (name: string, description: string) => quoted(`${name}:${description.replaceAll(":", "\\:")}`);
  const cases = allCommands(tree).map((one) => {
    const found = [
      ...one.commands.map((inner) => described(lastWord(inner), inner.description)),
      ...one.arguments.flatMap(({ choices, name }) => choices.map((choice) => described(choice, name))),
      ...one.options.map(({ long, description }) => described(long, description)),
    ];
    const files = takesFile(one) ? "yes" : "no";
    return `    ${quoted(one.path)}) files=${files}; found=(\n      ${found.join("\n      ")}\n    ) ;;`;
  });
  const values = valued(tree).map(({ path, long, choices }) => {
    const found = choices.map((choice) => quoted(choice)).join(" ");
    return `    ${quoted(`${path}:${long}`)}) files=${choices.length > 0 ? "no" : "yes"}; found=(${found}) ;;`;
  });
  return `#compdef clipwork
# Completions of clipwork for zsh: put this file as _clipwork into a folder of $fpath.
_clipwork() {
  local at="" word files=no
  local -a found
  for word in \${words[2,CURRENT-1]}; do
    case "$at/$word" in
      ${steps(tree)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  case "$at:\${words[CURRENT-1]}" in
${values.join("\n")}
  esac
  (( \${#found} )) && _describe 'clipwork' found
  [[ $files = yes ]] && _files
}
compdef _clipwork clipwork
`;
}

function fish(tree: CommandTree): string {
  const lines = allCommands(tree).flatMap((one) => {
    const before = one.path === "" ? [] : one.path.split(" ");
    const inner = one.commands.map(lastWord);
    const seen = before.map((word) => `__fish_seen_subcommand_from ${word}`);
    const notInner = inner.length > 0 ? [`not __fish_seen_subcommand_from ${inner.join(" ")}`] : [];
    const where = [...seen, ...notInner].join("; and ");
    const when = `complete -c clipwork${where === "" ? "" : ` -n ${quoted(where)}`}`;
    const line = (rest: string, description: string) => `${when} ${rest} -d ${quoted(description)}`;
    return [
      ...(takesFile(one) ? [] : [`${when} -f`]),
      ...one.commands.map((command) => line(`-a ${lastWord(command)}`, command.description)),
      ...one.arguments.flatMap(({ choices, name }) =>
        choices.length === 0 ? [] : [line(`-a ${quoted(choices.join(" "))}`, name)],
      ),
      ...one.options.map(({ long, description, takesValue, choices }) => {
        const values = choices.length > 0 ? ` -x -a ${quoted(choices.join(" "))}` : takesValue ? " -r -F" : "";
        return line(`-l ${long.replace(/^--/, "")}${values}`, description);
      }),
    ];
  });
  return `# Completions of clipwork for fish: put this file as clipwork.fish into ~/.config/fish/completions.\n${lines.join("\n")}\n`;
}
