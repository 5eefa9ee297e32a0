import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { isTest, roomOf } from "./architecture.ts";

const root = join(import.meta.dirname, "..");

/** The least lines of tests to a line of source, by package, and the folders of `test/` that exercise it from outside. */
export const leastTests: readonly { readonly name: string; readonly least: number; readonly outside: string }[] = [
  { name: "engine", least: 1.0, outside: "" },
  { name: "models", least: 0.9, outside: "" },
  { name: "nodes", least: 1.0, outside: "" },
  { name: "server", least: 0.8, outside: "{cli,server}" },
  { name: "ui", least: 0.6, outside: "browser" },
];

export type Lines = { readonly name: string; readonly sources: number; readonly tests: number; readonly ratio: number };

/** Counts a package's lines: of tests with what serves tests alone, and of all else. */
export function countLines({ name, outside }: (typeof leastTests)[number]): Lines {
  const own = filesOf(`${name}/src/**/*.{ts,tsx}`);
  const tests = linesOf([...own.filter(isTest), ...(outside === "" ? [] : filesOf(`test/${outside}/**/*.ts`))]);
  const sources = linesOf(own.filter((file) => !isTest(file)));
  return { name, sources, tests, ratio: tests / sources };
}

/** The rooms of a package, as "package/room", in which something runs and beside which there is no test. */
export function untestedRooms({ name }: { readonly name: string }): readonly string[] {
  const own = filesOf(`${name}/src/**/*.{ts,tsx}`);
  const tested = new Set(own.filter((file) => /\.test\.tsx?$/.test(file)).map(roomOf));
  const running = own.filter((file) => !isTest(file) && runs(readFileSync(join(root, file), "utf8"))).map(roomOf);
  return [...new Set(running)].filter((room) => room !== undefined && !tested.has(room)).toSorted() as string[];
}

/** Whether a file holds more than types. */
function runs(text: string): boolean {
  return /^(export )?(default |async )*(const|let|function\*?|class) |^[\w.]+\(|^export \{(?! type)/m.test(text);
}

function filesOf(pattern: string): string[] {
  return globSync(pattern, { cwd: root }).map((file) => file.split(sep).join("/"));
}

function linesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + readFileSync(join(root, file), "utf8").split("\n").length - 1, 0);
}
