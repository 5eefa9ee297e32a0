// The command line. Each command loads what it needs when it is called, so that help appears at once.
import type { Provider } from "@clipwork/models/onnx";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { exitCodes, inputProblem, processTerminal, refuse } from "../terminal/terminal.ts";

const terminal = processTerminal();

const workflowFile = "a workflow (.json) or a picture that Clipwork wrote (.png); - reads standard input";

function buildProgram(): Command {
  const program = new Command("clipwork")
    .description(
      "Runs unCLIP workflows: caption to picture, every stage a typed node. Without a command it serves the editor, with the options of serve.",
    )
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });

  program
    .command("run")
    .description("run a workflow, or a picture that carries one, and write its pictures")
    .argument("<file>", workflowFile)
    .option(
      "--set <name=value>",
      "set a value that the workflow exposes, such as prompt or seed; may be repeated",
      collect,
      [],
    )
    .addOption(providerOption())
    .option("--out <folder>", "where the pictures go", "out")
    .option("--data <folder>", "where values are kept (default: CLIPWORK_DATA, or the platform's data folder)")
    .option("--json", "print events as JSON, one per line")
    .option("--no-cache", "compute everything again instead of taking kept values")
    .option("--no-metadata", "do not store the workflow in the pictures")
    .option("--report <file>", "also write a report of the run: one HTML file with pictures, timings and fingerprints")
    .option("--profile", "print where the time went: rows and seconds of each model, and the memory")
    .option("--trace <file>", "also write a timeline of the run, for chrome://tracing or ui.perfetto.dev")
    .action(async (file, options) => {
      const { runCommand } = await import("./run.ts");
      process.exitCode = await runCommand(terminal, { file, ...options });
    });

  program
    .command("serve")
    .description("serve the editor and the API and print the address (the default of npm start)")
    .option("--port <n>", "the port; 0 takes a free one", "4747")
    .option("--host <address>", "the address to listen on; other machines need a token", "127.0.0.1")
    .option("--allow-host <name>", "another Host name for this server, such as a proxy's; may be repeated", collect, [])
    .addOption(providerOption())
    .option("--data <folder>", "where values, runs and workflows are kept (default: as for run)")
    .action(async (options) => {
      const { serveCommand } = await import("./serve.ts");
      process.exitCode = await serveCommand(terminal, options);
    });

  program
    .command("validate")
    .description("check a workflow and everything it names; run and write nothing")
    .argument("<file>", workflowFile)
    .option("--set <name=value>", "set a value that the workflow exposes; may be repeated", collect, [])
    .option("--data <folder>", "a folder whose packs/ holds more model packs")
    .option("--json", "print the result as JSON")
    .action(async (file, options) => {
      const { validateCommand } = await import("./validate.ts");
      process.exitCode = await validateCommand(terminal, { file, ...options });
    });

  program
    .command("explain")
    .description("say for each node whether a run would run it or use its kept value, and why")
    .argument("<file>", workflowFile)
    .option("--set <name=value>", "set a value that the workflow exposes; may be repeated", collect, [])
    .addOption(providerOption())
    .option("--data <folder>", "where values are kept (default: as for run)")
    .option("--json", "print the result as JSON")
    .action(async (file, options) => {
      const { explainCommand } = await import("./explain.ts");
      process.exitCode = await explainCommand(terminal, { file, ...options });
    });

  program
    .command("replay")
    .description(
      "run a picture's workflow again and say whether it reproduces the same pixels, or which node differs first",
    )
    .argument("<picture>", "a picture that Clipwork wrote (.png)")
    .addOption(providerOption())
    .option("--data <folder>", "where values are kept (default: as for run)")
    .option("--json", "print events as JSON, one per line, the last with the result")
    .action(async (file, options) => {
      const { replayCommand } = await import("./replay.ts");
      process.exitCode = await replayCommand(terminal, { file, ...options });
    });

  program
    .command("diff")
    .description("say what differs between two workflows or pictures; run nothing")
    .argument("<a>", "a workflow (.json) or a picture that Clipwork wrote (.png)")
    .argument("<b>", "another")
    .option("--json", "print the result as JSON")
    .action(async (a, b, options) => {
      const { diffCommand } = await import("./diff.ts");
      process.exitCode = await diffCommand(terminal, { a, b, ...options });
    });

  const queue = program.command("queue").description("list, pause or empty the queue of a running server");
  const queueActions = [
    ["list", "show what runs and what waits, in order, and whether the queue is paused (the default of queue)"],
    ["pause", "let no waiting run begin, also after a restart of the server; what runs goes on"],
    ["resume", "let the waiting runs go on"],
    ["cancel", "cancel all runs that wait"],
    ["clear", "delete all runs that have ended"],
  ] as const;
  for (const [action, description] of queueActions)
    queue
      .command(action, { isDefault: action === "list" })
      .description(description)
      .option("--server <address>", "the server's address, as it printed it", "http://127.0.0.1:4747")
      .option("--json", "print the server's answer as JSON")
      .action(async (options) => {
        const { queueCommand } = await import("./queue.ts");
        process.exitCode = await queueCommand(terminal, action, options);
      });

  const cache = program.command("cache").description("list, trim or clear the kept values");
  cache
    .command("ls")
    .description(
      "show what is kept and how long it took to compute, in total and by node type, and what would be evicted first",
    )
    .option("--data <folder>", "where values are kept (default: as for run)")
    .option("--json", "print the result as JSON")
    .action(async (options) => {
      const { cacheLsCommand } = await import("./cache.ts");
      process.exitCode = await cacheLsCommand(terminal, options);
    });
  cache
    .command("gc")
    .description(
      "evict values until the rest fits the budget: first those cheapest to recompute per byte and least recently used",
    )
    .option("--max-bytes <n>", "the budget in bytes (default: 10 GiB, as after each run)")
    .option("--data <folder>", "where values are kept (default: as for run)")
    .option("--json", "print the result as JSON")
    .action(async (options) => {
      const { cacheGcCommand } = await import("./cache.ts");
      process.exitCode = await cacheGcCommand(terminal, options);
    });
  cache
    .command("clear")
    .description("remove all kept values, without asking; a run can compute all of them again")
    .option("--data <folder>", "where values are kept (default: as for run)")
    .option("--json", "print the result as JSON")
    .action(async (options) => {
      const { cacheClearCommand } = await import("./cache.ts");
      process.exitCode = await cacheClearCommand(terminal, options);
    });

  program
    .command("nodes")
    .description("list the node types, or describe one in full")
    .argument("[type]", "a node type, such as prior.diffusion")
    .option("--data <folder>", "a folder whose config.json names node packs")
    .option("--json", "print the declarations as JSON")
    .option("--markdown", "print the reference as Markdown")
    .action(async (type, options) => {
      const { nodesCommand } = await import("./nodes.ts");
      process.exitCode = await nodesCommand(terminal, { type, ...options });
    });

  const models = program.command("models").description("list, add, import, verify or remove model packs");
  models
    .command("list", { isDefault: true })
    .description("list the model packs that can be found, after checking their files (the default of models)")
    .option("--data <folder>", "a folder whose packs/ holds more model packs")
    .option("--json", "print the packs as JSON")
    .action(async (options) => {
      const { modelsListCommand } = await import("./models/list.ts");
      process.exitCode = await modelsListCommand(terminal, options);
    });
  models
    .command("add")
    .description(
      "download a published checkpoint from a hub or an address and make a pack of it; a folder is imported, as models import does it",
    )
    .argument(
      "<source>",
      "ORG/NAME or ORG/NAME@REVISION of a hub, the address of its page, a folder, or the address of a folder or a .safetensors elsewhere",
    )
    .option("--accept-licence", "accept the licence of the weights, which is shown before they come")
    .addOption(
      new Option("--variant <variant>", "take weights of 16 bits where there are any").choices(["fp16", "bf16"]),
    )
    .addOption(
      new Option(
        "--sha256 <hash>",
        "of an address elsewhere: the hash of its SHA256SUMS, or of the one file, as its publisher names it",
      ).argParser(readSha256),
    )
    .addOption(
      new Option("--allow-host <host>", "files may come from there as well (several times)")
        .argParser(collect)
        .default([], "the hub's own"),
    )
    .addOption(weightsOption())
    .addOption(nameOption())
    .addOption(forOption())
    .addOption(noRunOption())
    .addOption(templatesOption())
    .addOption(packsOption())
    .option("--json", "print progress and the result as JSON, one event a line")
    .action(async (source, options) => {
      const { modelsAddCommand } = await import("./models/add.ts");
      process.exitCode = await modelsAddCommand(terminal, { source, ...options });
    });
  models
    .command("import")
    .description(
      "make a pack of a published checkpoint: a folder of diffusers or transformers, whose .safetensors are used as they are",
    )
    .argument("<folder>", "the folder with model_index.json, or with config.json and the weights of one network")
    .addOption(nameOption())
    .addOption(forOption())
    .addOption(
      new Option("--link", "keep the weights where they are as well, on the disk once (the default)").conflicts([
        "move",
        "copy",
      ]),
    )
    .addOption(new Option("--move", "take the weights out of the published folder").conflicts("copy"))
    .option("--copy", "copy the weights, as from another disk")
    .addOption(weightsOption())
    .addOption(noRunOption())
    .addOption(templatesOption())
    .addOption(packsOption())
    .option("--json", "print the result as JSON")
    .action(async (folder, options) => {
      const { modelsImportCommand } = await import("./models/import.ts");
      process.exitCode = await modelsImportCommand(terminal, { folder, ...options });
    });
  models
    .command("verify")
    .description("read every file of a pack anew, and run each of its networks once")
    .argument("<name>", "the pack's name")
    .option("--data <folder>", "a folder whose packs/ holds more model packs")
    .option("--json", "print the result as JSON")
    .action(async (name, options) => {
      const { modelsVerifyCommand } = await import("./models/verify.ts");
      process.exitCode = await modelsVerifyCommand(terminal, { name, ...options });
    });
  models
    .command("remove")
    .description(
      "remove a pack from the data folder, or a download that is not whole; weights that were linked stay where they were published",
    )
    .argument("<name>", "the pack's name, or the ORG/NAME of a download")
    .option("--force", "even if it has weights that are nowhere else")
    .option("--data <folder>", "the data folder (default: as for run)")
    .option("--json", "print the result as JSON")
    .action(async (name, options) => {
      const { modelsRemoveCommand } = await import("./models/remove.ts");
      process.exitCode = await modelsRemoveCommand(terminal, { name, ...options });
    });

  program
    .command("providers")
    .description(
      "try every provider that models could run on here, and say which one --provider auto uses and why not the others",
    )
    .option("--json", "print what was found as JSON")
    .action(async (options) => {
      const { providersCommand } = await import("./providers.ts");
      process.exitCode = await providersCommand(terminal, options);
    });

  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {} });
  return program;
}

/** What models run on. A GPU is never the default: there, the same workflow produces other bits. */
function providerOption(): Option {
  const names = ["cpu", "webgpu", "cuda", "auto"] satisfies readonly (Provider | "auto")[];
  return new Option(
    "--provider <name>",
    "what models run on; auto uses a GPU if it is faster (default: config.json's, else cpu)",
  ).choices(names);
}

const nameOption = () => new Option("--name <name>", "the pack's name (default: the checkpoint's)");
const forOption = () =>
  new Option(
    "--for <pack>",
    "the pack that has what a prior (ECLIPSE) or a decoder (Kandinsky) lacks: the captions, or the CLIP",
  );
const noRunOption = () => new Option("--no-run", "do not run each network once before the pack is put in its place");
const weightsOption = () =>
  new Option(
    "--weights <how>",
    "use the published weights, or write new files in which linear layers and convolutions have 8 bits (int8)",
  )
    .choices(["published", "int8"])
    .default("published");
const templatesOption = () => new Option("--templates <folder>", "graphs without weights other than Clipwork's own");
const packsOption = () =>
  new Option("--data <folder>", "the data folder, whose packs/ gets the pack (default: as for run)");

function readSha256(value: string): string {
  if (/^[0-9a-f]{64}$/i.test(value)) return value.toLowerCase();
  throw new InvalidArgumentError("It has to be 64 hexadecimal digits.");
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** Wrong usage, reported like any other wrong input. */
function refuseUsage(error: CommanderError, args: readonly string[]): number {
  // Commander's way to say that a command with subcommands was called without one.
  const text = error.code === "commander.help" ? "a command is missing" : error.message.replace(/^error: /, "");
  const [message, ...hints] = text.split("\n");
  const command = args.find((arg) => !arg.startsWith("-"));
  const known = buildProgram().commands.some((one) => one.name() === command);
  const help = `See npm start -- ${known ? `${command} ` : ""}--help.`;
  const sentence = `${message!.charAt(0).toUpperCase()}${message!.slice(1).replace(/\.$/, "")}.`;
  return refuse(terminal, [inputProblem("usage", sentence, [...hints, help].join(" "))], args.includes("--json"));
}

const given = process.argv.slice(2);
const namesCommand = given.length > 0 && (!given[0]!.startsWith("-") || ["-h", "--help"].includes(given[0]!));
const args = namesCommand ? given : ["serve", ...given];
try {
  await buildProgram().parseAsync(args, { from: "user" });
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Reports what ended a command: wrong usage, or a disk that is full or gone. Anything else is a bug and is rethrown. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help that was requested is not an error.
    return error.exitCode === 0 ? exitCodes.done : refuseUsage(error, args);
  }
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  terminal.err(`error: The system refused: ${message}.`);
  return exitCodes.failed;
}
