import { allCommands, type CommandTree, lastWord } from "./command-tree.ts";

export const shells = ["bash", "zsh", "fish"] as const;

/** A script that lets the shell complete the program's commands, options and their choices; anything else is completed as a file. */
export function completionScript(shell: (typeof shells)[number], tree: CommandTree): string {
  return { bash, zsh, fish }[shell](tree);
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Lines of a `case` in which the word after a command is one of its own. */
function steps(tree: CommandTree): string {
  const pairs = allCommands(tree).flatMap(({ path, commands }) => commands.map((one) => `${path}/${lastWord(one)}`));
  return pairs.map(quoted).join("|");
}

function bash(tree: CommandTree): string {
  const all = allCommands(tree);
  const words = all.map((one) => {
    const own = [...one.commands.map(lastWord), ...one.options.map(({ long }) => long)];
    return `    ${quoted(one.path)}) words=${quoted(own.join(" "))} ;;`;
  });
  const choices = all.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ long, choices }) => `    ${quoted(`${path}:${long}`)}) words=${quoted(choices.join(" "))}; files=no ;;`),
  );
  return `# Completions of clipwork for bash: source this file, or put it among bash-completion's.
_clipwork() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" word words="" files=yes
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at/$word" in
      ${steps(tree)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${words.join("\n")}
  esac
  case "$at:$prev" in
${choices.join("\n")}
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
  const cases = allCommands(tree).map(({ path, commands, options }) => {
    const found = [
      ...commands.map((one) => described(lastWord(one), one.description)),
      ...options.map(({ long, description }) => described(long, description)),
    ];
    return `    ${quoted(path)}) found=(\n      ${found.join("\n      ")}\n    ) ;;`;
  });
  return `#compdef clipwork
# Completions of clipwork for zsh: put this file as _clipwork into a folder of $fpath.
_clipwork() {
  local at="" word
  local -a found
  for word in \${words[2,CURRENT-1]}; do
    case "$at/$word" in
      ${steps(tree)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  _describe 'clipwork' found
  _files
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
    const line = (rest: string, description: string) =>
      `complete -c clipwork${where === "" ? "" : ` -n ${quoted(where)}`} ${rest} -d ${quoted(description)}`;
    return [
      ...one.commands.map((command) => line(`-a ${lastWord(command)}`, command.description)),
      ...one.options.map(({ long, description, takesValue, choices }) => {
        const values = choices.length > 0 ? ` -x -a ${quoted(choices.join(" "))}` : takesValue ? " -r" : "";
        return line(`-l ${long.replace(/^--/, "")}${values}`, description);
      }),
    ];
  });
  return `# Completions of clipwork for fish: put this file as clipwork.fish into ~/.config/fish/completions.\n${lines.join("\n")}\n`;
}
