import { readFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";
import {
  collectFiles,
  collectFolders,
  type Document,
  exposedParams,
  type Problem,
  usedPacks,
  validate,
  writtenTitle,
} from "@clipwork/engine";
import { dataFolder } from "../../data-folder/data-folder.ts";
import { buildEnvironment } from "../../documents/environment.ts";
import { findFiles } from "../../documents/file-library.ts";
import { readWorkflow } from "../../documents/read-workflow.ts";
import { safeFileName } from "../../files/file-name.ts";
import { replaceFile } from "../../files/whole-file.ts";
import { knownHashes } from "../../installed/known-hashes.ts";
import { loadPacks } from "../../installed/load-packs.ts";
import { openSetup, type Setup } from "../../installed/setup.ts";
import { exitCodes, inputProblem, refuse, type Terminal, tellProblem, visible } from "../../terminal/terminal.ts";
import { madeBy, type TypedOutput, writeModule } from "./write-module.ts";

/**
 * `clipwork types`: a workflow as a typed function for programs, to standard output or to a file, which is replaced if it was made so.
 * Files that are to be set need not be there yet. Returns the exit code.
 */
export async function typesCommand(
  terminal: Terminal,
  { file, target, data }: { readonly file: string; readonly target?: string; readonly data?: string },
): Promise<number> {
  const { document, problems: unread } = await readWorkflow(file);
  if (!document) return refuse(terminal, unread, false);
  const { setup, problems: unusable } = await openSetup(dataFolder(data));
  if (!setup) return refuse(terminal, unusable, false);
  const { outputs, problems } = await look(document, setup, [dirname(resolve(file)), process.cwd()]);
  const wrong = problems.filter(({ severity }) => severity === "error");
  if (wrong.length > 0) return refuse(terminal, wrong, false);
  for (const problem of [...setup.nodes.problems, ...problems]) tellProblem(terminal, problem);
  const exposed = exposedParams(document, setup.nodes.catalogue);
  const title = writtenTitle(document.json.meta) ?? basename(file);
  const name = functionName(file === "-" ? title : basename(file, extname(file)));
  const text = writeModule({ name, title, workflow: document.json, exposed, outputs });
  if (target === undefined) {
    terminal.out(text.trimEnd());
    return exitCodes.done;
  }
  const refused = await replaceModule(target, text);
  if (refused) return refuse(terminal, [inputProblem("unwritable", refused, "Name another file.")], false);
  terminal.out(visible(target));
  return exitCodes.done;
}

/** Writes the module where there is none, or one that was made before. Returns why it is not done. */
async function replaceModule(target: string, text: string): Promise<string | undefined> {
  const before = await readFile(target, "utf8").catch((error: NodeJS.ErrnoException) => error);
  if (typeof before === "string" && !before.startsWith(madeBy))
    return `${target} is there already, and was not made by this command.`;
  if (before instanceof Error && before.code !== "ENOENT") return `${target} cannot be replaced: ${before.code}.`;
  // Whole or not at all: a full disk leaves the module that was there.
  const failed = await replaceFile(target, [Buffer.from(text)]).catch((error: NodeJS.ErrnoException) => error);
  return failed instanceof Error ? `${target} cannot be written: ${failed.code ?? failed.message}.` : undefined;
}

/** The kinds whose values are pictures to look at, and those that programs read otherwise than as files. */
const readings: { readonly [kind: string]: string } = {
  ...{ image: "picture", mask: "picture", plot: "picture", map: "picture" },
  ...{ table: "table", text: "text", json: "json", number: "json", integer: "json", boolean: "json" },
};

/** The outputs, and what is wrong with the workflow apart from files that are not there. */
async function look(
  document: Document,
  { nodes: { catalogue }, packRoots, hashesFile, device }: Setup,
  places: readonly string[],
): Promise<{ readonly outputs: readonly TypedOutput[]; readonly problems: readonly Problem[] }> {
  const packs = await loadPacks(packRoots, usedPacks(document, catalogue), await knownHashes(hashesFile));
  const files = await findFiles(
    collectFiles(document, catalogue),
    new Set(collectFolders(document, catalogue)),
    places,
  );
  const environment = buildEnvironment({ catalogue, packs, files, numerics: device.numerics });
  const { problems, types } = validate(document, environment);
  const known = types();
  const outputs = [...document.nodes.values()].flatMap(({ id, type, mode, params, inputs }): TypedOutput[] => {
    if (catalogue.get(type)?.run !== undefined || !catalogue.has(type) || mode !== "run") return [];
    const link = inputs.map(({ source }) => source).find((source) => typeof source === "object");
    const kind = link && known.get(link.node)?.[link.port]?.kind;
    const reading = kind && Object.hasOwn(readings, kind) ? readings[kind]! : "files";
    const name = safeFileName(typeof params.name === "string" ? params.name : "", id.replaceAll("/", "-"));
    return [{ node: id, reading, name }];
  });
  return { outputs, problems: problems.filter(({ code }) => code !== "missing-file" && code !== "unusable-file") };
}

/** A name for a function, of the words of a text. */
function functionName(text: string): string {
  const words = text.match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words
    .map((word, i) => (i === 0 ? word.toLowerCase() : word[0]!.toUpperCase() + word.slice(1)))
    .join("");
  return /^[a-z]/.test(joined) && !reserved.has(joined)
    ? joined
    : `run${joined[0]?.toUpperCase() ?? "Workflow"}${joined.slice(1)}`;
}

/** What an exported function of a module cannot be called, or what the module calls something else. */
const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for " +
    "function if implements import in instanceof interface let new null outputs package private protected public return static super " +
    "switch this throw true try typeof undefined var void while with workflow yield runTyped"
  ).split(" "),
);
