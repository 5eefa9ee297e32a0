import { type Problem, parseJson } from "@clipwork/engine";
import { asText, readText } from "./read-text.ts";
import { inputProblem } from "./terminal.ts";

/** What is set, by name: text of the command line, which is read as the parameter's kind asks, or values of JSON as they are. */
export type Settings = { readonly [name: string]: unknown };

type Read = { readonly settings: Settings; readonly problems: readonly Problem[] };

/**
 * The texts of `--set` as settings; the last one of each name counts. `name=value` sets a text, `name=@file` what stands in a file (the
 * value of a .json, else its text without the line end), `name=@@text` a text that begins with "@", and `@file.json` all names of an object.
 */
export async function readSettings(texts: readonly string[]): Promise<Read> {
  const entries: [string, unknown][] = [];
  const problems: Problem[] = [];
  const read = async (text: string, file: string) => {
    const found = await readSettingFile(file);
    if ("problem" in found) problems.push(found.problem);
    else if (text !== "") entries.push([text, found.value]);
    else if (isObject(found.value)) entries.push(...Object.entries(found.value));
    else
      problems.push(
        usage(`${file} has no object of names and values.`, 'Write { "prompt": "a red cube", "seed": 7 }.'),
      );
  };
  for (const text of texts) {
    const equals = text.indexOf("=");
    const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
    if (text.startsWith("@") && text.length > 1) await read("", text.slice(1));
    else if (equals <= 0)
      problems.push(
        usage(
          `--set ${JSON.stringify(text)} has no name and value.`,
          'Write --set name=value, such as --set prompt="a red cube".',
        ),
      );
    else if (value.startsWith("@@")) entries.push([name, value.slice(1)]);
    else if (value.startsWith("@") && value.length > 1) await read(name, value.slice(1));
    else entries.push([name, value]);
  }
  return { settings: Object.fromEntries(entries), problems };
}

async function readSettingFile(file: string): Promise<{ readonly value: unknown } | { readonly problem: Problem }> {
  const text = await readText(file).catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error) {
    const message = text.code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read: ${text.code}.`;
    return {
      problem: inputProblem("file-missing", message, 'Check the path; a text that begins with "@" is written "@@".'),
    };
  }
  if (text === undefined) return { problem: inputProblem("no-text", `${file} is no text.`, asText) };
  if (!file.endsWith(".json")) return { value: text.replace(/\r?\n$/, "") };
  const { json, problem } = parseJson(text, file);
  return problem ? { problem } : { value: json };
}

const usage = (message: string, remedy: string) => inputProblem("usage", message, remedy);

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
