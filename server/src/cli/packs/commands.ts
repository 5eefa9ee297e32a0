import type { Command } from "commander";
import type { Terminal } from "../../terminal/terminal.ts";

/** Adds `clipwork packs` with what it can do. */
export function addNodePacks(program: Command, terminal: Terminal): void {
  const packs = program.command("packs").description("list, add, remove or begin packs of nodes");
  packs
    .command("list", { isDefault: true })
    .description(
      "list the node packs that config.json names, after loading each in a process of its own (the default of packs)",
    )
    .option("--data <folder>", "the data folder (default: as for run)")
    .option("--json", "print the packs as JSON")
    .action(async (options) => {
      const { packsListCommand } = await import("./packs.ts");
      process.exitCode = await packsListCommand(terminal, options);
    });
  packs
    .command("add")
    .description("name a node pack in config.json, if it loads")
    .argument("<pack>", "its folder, or the name of an npm package in the data folder")
    .option("--data <folder>", "the data folder (default: as for run)")
    .option("--json", "print the result as JSON")
    .action(async (place, options) => {
      const { packsAddCommand } = await import("./packs.ts");
      process.exitCode = await packsAddCommand(terminal, { place, ...options });
    });
  packs
    .command("remove")
    .description("take a node pack out of config.json; its files stay")
    .argument("<pack>", "its folder or its name")
    .option("--data <folder>", "the data folder (default: as for run)")
    .option("--json", "print the result as JSON")
    .action(async (place, options) => {
      const { packsRemoveCommand } = await import("./packs.ts");
      process.exitCode = await packsRemoveCommand(terminal, { place, ...options });
    });
  packs
    .command("new")
    .description("write a node pack to begin with: a node, its test and a workflow")
    .argument("<name>", "what its node types are called, such as film")
    .argument("[folder]", "where (default: clipwork-nodes-NAME here)")
    .option("--json", "print the result as JSON")
    .action(async (name, folder, options) => {
      const { packsNewCommand } = await import("./packs.ts");
      process.exitCode = await packsNewCommand(terminal, { name, folder, ...options });
    });
}
