import type { Problem } from "@clipwork/engine";

/** Where the command line writes: results to `out`, everything else to `err`. */
export type Terminal = {
  out(line: string): void;
  err(line: string): void;
};

/**
 * The process's own streams. A reader that goes away (`clipwork nodes | head`) ends the program quietly, a full disk with
 * 1.
 */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && stream === process.stdout) {
        process.stderr.write(`error: Standard output cannot be written: ${error.message}.\n`);
      }
      process.exit(error.code === "EPIPE" ? exitCodes.done : exitCodes.failed);
    });
  }
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
  };
}

/** The exit codes that the README promises. */
export const exitCodes = { done: 0, failed: 1, wrongInput: 2, interrupted: 130 } as const;

/** Wrong input outside a workflow: a missing file, a path that is not a folder, a misspelt option. */
export function inputProblem(code: string, message: string, remedy: string): Problem {
  return { code, severity: "error", message, remedy };
}

/** Prints all problems and returns the exit code that goes with them. */
export function refuse(terminal: Terminal, problems: readonly Problem[], json: boolean): number {
  if (json) terminal.out(JSON.stringify({ event: "invalid", problems }));
  else for (const problem of problems) tellProblem(terminal, problem);
  return exitCodes.wrongInput;
}

/**
 * `error: node.port: sentence`, then the way out on a line of its own. If the sentence itself names the place, the prefix
 * is left out.
 */
export function tellProblem(terminal: Terminal, { severity, node, port, message, remedy }: Problem): void {
  const place = [node, port].filter((part) => part !== undefined).join(".");
  const before = message.includes(place) ? "" : `${visible(place.slice(0, 140))}: `;
  terminal.err(`${severity}: ${before}${visible(message)}`);
  if (remedy) terminal.err(`  → ${visible(remedy)}`);
}

/** Text from a workflow or a file, with control characters shown instead of being obeyed by the terminal. */
export function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) =>
    character === "\n" ? " " : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
