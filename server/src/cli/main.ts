// The command line: reads what is asked for, and says what is wrong with it.
import { CommanderError } from "commander";
import { NoHome } from "../files/home.ts";
import { called } from "../terminal/called.ts";
import { exitCodes, inputProblem, processTerminal, refuse } from "../terminal/terminal.ts";
import { buildProgram } from "./program.ts";

const terminal = processTerminal();

/** Wrong usage, reported like any other wrong input. */
function refuseUsage(error: CommanderError, args: readonly string[]): number {
  // Commander's way to say that a command with subcommands was called without one.
  const text = error.code === "commander.help" ? "a command is missing" : error.message.replace(/^error: /, "");
  const [message, ...hints] = text.split("\n");
  const command = args.find((arg) => !arg.startsWith("-"));
  const known = buildProgram(terminal).commands.some((one) => one.name() === command);
  const help = `See ${called} ${known ? `${command} ` : ""}--help.`;
  const sentence = `${message!.charAt(0).toUpperCase()}${message!.slice(1).replace(/\.$/, "")}.`;
  return refuse(terminal, [inputProblem("usage", sentence, [...hints, help].join(" "))], args.includes("--json"));
}

const given = process.argv.slice(2);
const namesCommand =
  given.length > 0 && (!given[0]!.startsWith("-") || ["-h", "--help", "-V", "--version"].includes(given[0]!));
const args = namesCommand ? given : ["serve", ...given];
try {
  await buildProgram(terminal).parseAsync(args, { from: "user" });
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Reports what ended a command: wrong usage, or a disk that is full or gone. Anything else is a bug and is rethrown. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help that was requested is not an error.
    return error.exitCode === 0 ? exitCodes.done : refuseUsage(error, args);
  }
  if (error instanceof NoHome)
    return refuse(terminal, [inputProblem("no-home", error.message, error.remedy)], args.includes("--json"));
  const { syscall, code, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  const isForbidden = code === "EACCES" || code === "EPERM";
  terminal.err(`error: The system refused: ${message}.`);
  terminal.err(`  → ${isForbidden ? "Allow it, or run this as whoever may." : "Mend that, and try again."}`);
  return exitCodes.failed;
}
