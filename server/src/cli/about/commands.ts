import { Argument, type Command } from "commander";
import { versions } from "../../data-folder/versions.ts";
import { exitCodes, type Terminal } from "../../terminal/terminal.ts";
import { shells } from "./completion.ts";

/** Adds the commands that one begins with: `new`, `convert`, `types`, `completion` and `man`. */
export function addAbout(program: Command, terminal: Terminal): void {
  program
    .command("new")
    .description("list the workflows that come with Clipwork, or copy one to begin with")
    .argument("[template]", "its name, as the list has it")
    .argument("[file]", "where it goes (default: under its name, here)")
    .option("--json", "print the result as JSON")
    .action(async (template, file, options) => {
      const { newCommand } = await import("./new.ts");
      process.exitCode = await newCommand(terminal, { template, file, ...options });
    });

  program
    .command("convert")
    .description(
      "make a workflow of one of ComfyUI's API format that uses unCLIP nodes, and name what has no counterpart",
    )
    .argument("<file>", "the workflow of ComfyUI (Workflow › Export (API))")
    .argument("[target]", "the file to write (default: standard output)")
    .option("--pack <name>", "the model pack that takes the checkpoint's place", "toybox")
    .action(async (file, target, options) => {
      const { convertCommand } = await import("../converting/convert.ts");
      process.exitCode = await convertCommand(terminal, { file, target, ...options });
    });

  program
    .command("types")
    .description(
      "write a TypeScript module that runs a workflow as a function, with types for what it exposes and gives",
    )
    .argument("<file>", "a workflow (.json) or a picture that Clipwork wrote (.png); - reads standard input")
    .argument("[target]", "the module to write (default: standard output)")
    .option("--data <folder>", "a folder whose config.json names node packs and whose packs/ holds more model packs")
    .action(async (file, target, options) => {
      const { typesCommand } = await import("../typing/types.ts");
      process.exitCode = await typesCommand(terminal, { file, target, ...options });
    });

  program
    .command("completion")
    .description("print a script that lets a shell complete commands and options")
    .addArgument(new Argument("<shell>", "which one").choices(shells))
    .action(async (shell) => {
      const [{ completionScript }, { commandTree }, { templateIds }] = await Promise.all([
        import("./completion.ts"),
        import("./command-tree.ts"),
        import("./new.ts"),
      ]);
      terminal.out(completionScript(shell, commandTree(program, { new: templateIds() })).trimEnd());
      process.exitCode = exitCodes.done;
    });

  program
    .command("man")
    .description("print the manual's page, for man -l -")
    .action(async () => {
      const [{ manPage }, { commandTree }] = await Promise.all([import("./man-page.ts"), import("./command-tree.ts")]);
      terminal.out(manPage(commandTree(program), versions().clipwork!).trimEnd());
      process.exitCode = exitCodes.done;
    });
}
