// What the command line understands. Each command loads what it needs when it is called, so that help appears at once.

import { Command, Option } from "commander";
import { scopes } from "../access/scopes.ts";
import { versions } from "../data-folder/versions.ts";
import { logLevels } from "../settings/log-level.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { addAbout } from "./about/commands.ts";
import { addBackup } from "./backup/commands.ts";
import { addModels } from "./models/commands.ts";
import { collect, providerOption } from "./options/options.ts";
import { addNodePacks } from "./packs/commands.ts";

const workflowFile = "a workflow (.json) or a picture that Clipwork wrote (.png); - reads standard input";

/** The commands with their arguments and options; what one of them does ends with the process's exit code. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command("clipwork")
    .description(
      "Runs unCLIP workflows: caption to picture, every stage a typed node. Without a command it serves the editor, with the options of serve.",
    )
    .version(versions().clipwork!, "-V, --version", "print the version")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });

  program
    .command("run")
    .description("run a workflow, or a picture that carries one, and write its pictures")
    .argument("<file>", workflowFile)
    .option(
      "--set <name=value>",
      "set a value that the workflow exposes, such as prompt or seed; name=@file takes it from a file, @file.json many; may be repeated",
      collect,
      [],
    )
    .addOption(providerOption())
    .option("--out <folder>", "where the pictures go", "out")
    .option("--data <folder>", "where values are kept (default: CLIPWORK_DATA, or the platform's data folder)")
    .option("--json", "print events as JSON, one per line")
    .option(
      "--batch <captions>",
      "run once for each row of a CSV whose header has exposed names, line of a text or .txt of a folder; what was done before is passed over",
    )
    .option("--watch", "run again whenever the workflow or a file that it names changes")
    .option(
      "--only <node>",
      "run this node and what it needs, by its id, and write what it makes; may be repeated",
      collect,
      [],
    )
    .option("--no-cache", "compute everything again instead of taking kept values")
    .option("--no-metadata", "do not store the workflow in the pictures")
    .option("--report <file>", "also write a report of the run: one HTML file with pictures, timings and fingerprints")
    .option("--profile", "print where the time went: rows and seconds of each model, and the memory")
    .option("--trace <file>", "also write a timeline of the run, for chrome://tracing or ui.perfetto.dev")
    .action(async (file, options) => {
      const { runCommand } = await import("./running/run.ts");
      process.exitCode = await runCommand(terminal, { file, ...options });
    });

  program
    .command("serve")
    .description("serve the editor and the API and print the address (the default without a command)")
    .option("--port <n>", "the port; 0 takes a free one", "4747")
    .option("--host <address>", "the address to listen on; other machines need a token", "127.0.0.1")
    .option("--allow-host <name>", "another Host name for this server, such as a proxy's; may be repeated", collect, [])
    .option(
      "--trust-proxy [addresses]",
      "believe what proxies at these addresses say about who asks: loopback (the default), addresses, ranges; separated by commas",
    )
    .option("--base-path <path>", "the path below which a proxy has this server, such as /clipwork")
    .addOption(
      new Option("--log-level <level>", "what is written down on standard error (default: warn)")
        .choices(logLevels)
        .env("CLIPWORK_LOG_LEVEL"),
    )
    .option("--drain <seconds>", "when told to end, let the run in progress end first, for so long at most", "0")
    .option(
      "--queue <address>",
      "the queue that it shares with other servers and workers, such as redis://127.0.0.1:6379",
    )
    .option("--store <address>", "the store that goes with it, such as s3://bucket?endpoint=https://store.example")
    .addOption(providerOption())
    .option("--data <folder>", "where values, runs and workflows are kept (default: as for run)")
    .option("--json", "print the address as JSON once it is served, and what prevents it")
    .action(async (options) => {
      const { serveCommand } = await import("./serve.ts");
      process.exitCode = await serveCommand(terminal, options);
    });

  program
    .command("worker")
    .description("run the runs of a queue that servers share, on this machine's device, until it is interrupted")
    .option(
      "--queue <address>",
      "the queue that it shares with other servers and workers, such as redis://127.0.0.1:6379",
    )
    .option("--store <address>", "the store that goes with it, such as s3://bucket?endpoint=https://store.example")
    .addOption(
      new Option("--log-level <level>", "what is written down on standard error (default: warn)")
        .choices(logLevels)
        .env("CLIPWORK_LOG_LEVEL"),
    )
    .addOption(providerOption())
    .option("--data <folder>", "a folder of its own, with packs/ and config.json (default: as for run)")
    .option("--json", "print what it does as JSON, one event per line")
    .action(async (options) => {
      const { workerCommand } = await import("./fleet/worker.ts");
      process.exitCode = await workerCommand(terminal, options);
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

  const token = program.command("token").description("give others tokens for a server, list them or take them back");
  token
    .command("create")
    .description("make a token and print it: it is shown this once and kept nowhere")
    .argument("<name>", "whose it is, or what for: small letters, digits and dashes")
    .addOption(
      new Option("--scope <scope>", "what it may do; each includes those before it").choices(scopes).default("run"),
    )
    .option("--runs-per-hour <n>", "runs that it may submit within any hour")
    .option("--queued <n>", "runs of its own that may wait at once")
    .option("--calls-per-minute <n>", "calls of any kind within a minute")
    .option("--data <folder>", "the server's data folder (default: as for run)")
    .option("--json", "print the result as JSON")
    .action(async (name, options) => {
      const { tokenCreateCommand } = await import("./token.ts");
      process.exitCode = await tokenCreateCommand(terminal, { name, ...options });
    });
  token
    .command("list", { isDefault: true })
    .description(
      "show the tokens with what they may do and when they were last used, never the tokens themselves (the default of token)",
    )
    .option("--data <folder>", "the server's data folder (default: as for run)")
    .option("--json", "print the result as JSON")
    .action(async (options) => {
      const { tokenListCommand } = await import("./token.ts");
      process.exitCode = await tokenListCommand(terminal, options);
    });
  token
    .command("revoke")
    .description("take a token back: whoever uses it is cut off at once, sessions and live events too")
    .argument("<name>", "its name")
    .option("--data <folder>", "the server's data folder (default: as for run)")
    .option("--json", "print the result as JSON")
    .action(async (name, options) => {
      const { tokenRevokeCommand } = await import("./token.ts");
      process.exitCode = await tokenRevokeCommand(terminal, { name, ...options });
    });

  program
    .command("audit")
    .description("show who changed what on a server, and who was refused: routes, ids and addresses, oldest first")
    .option("--token <name>", "only what was asked by this token; owner is the server's own")
    .option("--limit <n>", "how many of the newest entries", "50")
    .option("--follow", "go on with what comes, until it is interrupted")
    .option("--data <folder>", "the server's data folder (default: as for run)")
    .option("--json", "print each entry as JSON, one per line")
    .action(async (options) => {
      const { auditCommand } = await import("./audit.ts");
      process.exitCode = await auditCommand(terminal, options);
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
        const { queueCommand } = await import("./asking/queue.ts");
        process.exitCode = await queueCommand(terminal, action, options);
      });

  program
    .command("workers")
    .description("list who carries out a running server's runs: what each worker has and does, and which are gone")
    .option("--server <address>", "the server's address, as it printed it", "http://127.0.0.1:4747")
    .option("--json", "print the server's answer as JSON")
    .action(async (options) => {
      const { workersCommand } = await import("./asking/workers.ts");
      process.exitCode = await workersCommand(terminal, options);
    });

  program
    .command("mcp")
    .description("serve agents by the Model Context Protocol over standard input and output")
    .addOption(
      new Option(
        "--server <address>",
        "a running server's address, as it printed it; without one this command is a server of its own",
      ).env("CLIPWORK_SERVER"),
    )
    .addOption(providerOption())
    .option("--data <folder>", "where values, runs and workflows are kept (default: as for run)")
    .action(async (options) => {
      const { mcpCommand } = await import("./mcp.ts");
      process.exitCode = await mcpCommand(terminal, options);
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
    .option("--max-bytes <n>", "the budget in bytes (default: keepBytes of config.json, else 10 GiB)")
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
      const { nodesCommand } = await import("./about/nodes.ts");
      process.exitCode = await nodesCommand(terminal, { type, ...options });
    });

  addModels(program, terminal);
  addNodePacks(program, terminal);
  addBackup(program, terminal);
  addAbout(program, terminal);

  program
    .command("providers")
    .description(
      "try every provider that models could run on here, and say which one --provider auto uses and why not the others",
    )
    .option("--json", "print what was found as JSON")
    .action(async (options) => {
      const { providersCommand } = await import("./about/providers.ts");
      process.exitCode = await providersCommand(terminal, options);
    });

  program
    .command("doctor")
    .description("look at all that Clipwork needs here, and say how it stands and what to do")
    .option("--port <n>", "the port that the server is to have", "4747")
    .option("--address <url>", "where people reach the server through a proxy, to look whether all gets through")
    .option("--data <folder>", "the data folder (default: as for run)")
    .option("--json", "print what was found as JSON")
    .action(async (options) => {
      const { doctorCommand } = await import("./about/doctor.ts");
      process.exitCode = await doctorCommand(terminal, options);
    });

  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {} });
  return program;
}
