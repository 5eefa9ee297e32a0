import { type Command, InvalidArgumentError, Option } from "commander";
import type { Terminal } from "../../terminal/terminal.ts";
import { collect } from "../options/options.ts";

/** Adds `clipwork models` with what it can do. */
export function addModels(program: Command, terminal: Terminal): void {
  const models = program.command("models").description("list, add, import, verify or remove model packs");
  models
    .command("list", { isDefault: true })
    .description("list the model packs that can be found, after checking their files (the default of models)")
    .option("--data <folder>", "a folder whose packs/ holds more model packs")
    .option("--json", "print the packs as JSON")
    .action(async (options) => {
      const { modelsListCommand } = await import("./list.ts");
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
      const { modelsAddCommand } = await import("./add.ts");
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
      const { modelsImportCommand } = await import("./import.ts");
      process.exitCode = await modelsImportCommand(terminal, { folder, ...options });
    });
  models
    .command("verify")
    .description("read every file of a pack anew, and run each of its networks once")
    .argument("<name>", "the pack's name")
    .option("--data <folder>", "a folder whose packs/ holds more model packs")
    .option("--json", "print the result as JSON")
    .action(async (name, options) => {
      const { modelsVerifyCommand } = await import("./verify.ts");
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
      const { modelsRemoveCommand } = await import("./remove.ts");
      process.exitCode = await modelsRemoveCommand(terminal, { name, ...options });
    });
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
