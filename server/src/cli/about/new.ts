import { constants, globSync } from "node:fs";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { collectFiles, parseDocument, suggest, writtenTitle } from "@clipwork/engine";
import { catalogue } from "@clipwork/nodes";
import { folderTrouble } from "../../data-folder/folder-trouble.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../../terminal/terminal.ts";

/** The workflows that came with this copy of Clipwork. */
const templates = join(import.meta.dirname, "..", "..", "..", "..", "workflows");

/**
 * `clipwork new`: lists the templates, or copies one to a file, with the files that it names beside it. Nothing that exists is replaced.
 * Returns the exit code.
 */
export async function newCommand(
  terminal: Terminal,
  { template, file, json = false }: { readonly template?: string; readonly file?: string; readonly json?: boolean },
): Promise<number> {
  const ids = templateIds();
  if (template === undefined) return list(terminal, ids, json);
  if (!ids.includes(template)) {
    const message = `There is no template ${JSON.stringify(template)}.`;
    return refuse(terminal, [inputProblem("unknown-template", message, suggest(template, ids, "template"))], json);
  }
  const target = resolve(file ?? `${template}.json`);
  const from = join(templates, `${template}.json`);
  const { document } = parseDocument(await readFile(from, "utf8"));
  const beside = collectFiles(document!, catalogue).filter((name) => !isAbsolute(name));
  const copies = [
    [from, target],
    ...beside.map((name) => [join(templates, name), join(dirname(target), name)]),
  ] as const;
  const trouble = await folderTrouble(dirname(target), "folder");
  if (trouble) return refuse(terminal, [inputProblem("unwritable", trouble.message, trouble.remedy)], json);
  const made: string[] = [];
  for (const [source, path] of copies as readonly (readonly [string, string])[]) {
    try {
      await mkdir(dirname(path), { recursive: true });
      await copyFile(source, path, constants.COPYFILE_EXCL);
      made.push(path);
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      const isThere = code === "EEXIST" && syscall === "copyfile";
      // A file that another template names, too, is there already.
      if (isThere && path !== target) continue;
      const message = isThere ? `${path} is there already.` : `${path} cannot be written: ${code}.`;
      const problem = inputProblem(isThere ? "file-exists" : "unwritable", message, "Name another file.");
      return refuse(terminal, [problem], json);
    }
  }
  if (json) terminal.out(JSON.stringify({ event: "made", files: made }));
  else for (const path of made) terminal.out(visible(path));
  return exitCodes.done;
}

/** The names of the templates, sorted. */
export function templateIds(): readonly string[] {
  return globSync("*.json", { cwd: templates })
    .map((name) => basename(name, ".json"))
    .sort();
}

async function list(terminal: Terminal, ids: readonly string[], json: boolean): Promise<number> {
  const width = Math.max(...ids.map((id) => id.length));
  for (const id of ids) {
    const { document } = parseDocument(await readFile(join(templates, `${id}.json`), "utf8"));
    const title = writtenTitle(document!.json.meta) ?? id;
    terminal.out(json ? JSON.stringify({ id, title }) : visible(`${id.padEnd(width)}  ${title}`));
  }
  return exitCodes.done;
}
