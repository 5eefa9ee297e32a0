import type { Command } from "commander";
import type { Terminal } from "../../terminal/terminal.ts";

/** Adds `clipwork backup` and `clipwork restore`. */
export function addBackup(program: Command, terminal: Terminal): void {
  program
    .command("backup")
    .description(
      "write all that a data folder keeps to one file, while its server runs: runs, workflows, pictures, settings, kept values; no model packs",
    )
    .argument("<target>", "the file, which must not be there, or a folder to write one into")
    .option("--no-values", "leave out the kept values: a run can compute all of them again")
    .option("--server <address>", "the address of a server elsewhere, as it printed it")
    .option("--data <folder>", "the data folder (default: as for run)")
    .option("--json", "print progress and result as JSON")
    .action(async (target, options) => {
      const { backupCommand } = await import("./backup.ts");
      process.exitCode = await backupCommand(terminal, { target, ...options });
    });

  program
    .command("restore")
    .description("make a data folder of a backup, after checking all of it; nothing is ever overwritten")
    .argument("<file>", "a file that clipwork backup wrote")
    .option("--data <folder>", "the folder to make, which must not be there or be empty (default: as for run)")
    .option("--json", "print progress and result as JSON")
    .action(async (file, options) => {
      const { restoreCommand } = await import("./restore.ts");
      process.exitCode = await restoreCommand(terminal, { file, ...options });
    });
}
