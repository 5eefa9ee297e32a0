// The documents name files, headings and commands that exist. A check that finds nothing is proved by planted mistakes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { test } from "node:test";
import { wrongProof } from "./proofs.ts";

const root = join(import.meta.dirname, "..");
const main = join(root, "server", "src", "cli", "start.mjs");
const documents = globSync(["*.md", "docs/**/*.md", ".github/**/*.md"], { cwd: root }).map(slashes).sort();
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object }).scripts,
);

/** Folders that are made and not committed: what lies below them is not checked. */
const made = readFileSync(join(root, ".gitignore"), "utf8")
  .split("\n")
  .filter((line) => line.endsWith("/"));

/** Every file and folder of the project, from its root. */
const places = globSync("**/*", {
  cwd: root,
  exclude: (name) => ["node_modules", ".git", ".bootstrap", ".venv", "dist"].includes(name),
}).map(slashes);
const topLevel = new Set(places.map((place) => place.split("/")[0]!));
const byName = Map.groupBy(places, (place) => posix.basename(place));

function slashes(path: string): string {
  return path.split(sep).join("/");
}

/** The text without fenced blocks, which hold examples, and the lines of those blocks alone. */
function partsOf(text: string): { readonly prose: string; readonly code: string } {
  const fence = /^ *```.*\n([\s\S]*?)^ *```$/gm;
  const code = [...text.matchAll(fence)].map((match) => match[1]!).join("\n");
  return { prose: text.replace(fence, ""), code };
}

/** A heading's anchor as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function anchorsOf(text: string): Set<string> {
  return new Set([...partsOf(text).prose.matchAll(/^#{1,6} (.+)$/gm)].map((match) => anchorOf(match[1]!)));
}

/** Relative links whose file, or whose heading in a Markdown file, does not exist. */
function deadLinks(document: string, text: string): string[] {
  const links = [...partsOf(text).prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? document : posix.join(posix.dirname(document), file);
    if (!existsSync(join(root, target))) return true;
    if (anchor === undefined) return false;
    return !anchorsOf(target === document ? text : readFileSync(join(root, target), "utf8")).has(anchor);
  });
}

/** What stands in backticks and is meant as a path of the project: below one of its folders, or with a source file's ending. */
function pathsIn(text: string): string[] {
  const quoted = [...partsOf(text).prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
  return quoted.filter((path) => {
    if (!/^\.{0,2}\/?[\w.-]+(\/[\w.-]+)*\/?$/.test(path)) return false;
    return /\w\.(tsx?|mjs|py|md|ya?ml)$/.test(path) || (path.includes("/") && topLevel.has(path.split("/")[0]!));
  });
}

/**
 * Whether a reader finds the path: from the root, from the document, or shortened (`engine/run.ts`, `cli/run.ts`), that is
 * with its parts in this order in the path of some file or folder.
 */
function isFound(path: string, document: string): boolean {
  const clean = path.replace(/^\.\//, "").replace(/\/$/, "");
  if (made.some((folder) => `${clean}/`.startsWith(folder))) return true;
  if (existsSync(join(root, clean)) || existsSync(join(root, dirname(document), clean))) return true;
  const parts = clean.split("/");
  return (byName.get(parts.at(-1)!) ?? []).some((place) => {
    let at = 0;
    for (const part of place.split("/")) if (part === parts[at]) at++;
    return at === parts.length;
  });
}

/** The changelog tells of files of its time. */
function lostPaths(document: string, text: string): string[] {
  if (document === "CHANGELOG.md") return [];
  return pathsIn(text).filter((path) => !isFound(path, document));
}

const helps = new Map<string, string>();
/** What the command line says of itself, or of one of its commands. */
function helpOf(...command: string[]): string {
  const key = command.join(" ");
  if (!helps.has(key))
    helps.set(key, spawnSync(process.execPath, [main, ...command, "--help"], { encoding: "utf8" }).stdout);
  return helps.get(key)!;
}

/** The names under "Commands:" in a help. */
function commandsIn(help: string): string[] {
  return [...(help.split("Commands:\n")[1] ?? "").matchAll(/^ {2}(\S+)/gm)].map((match) => match[1]!);
}

/** Commands, their options and scripts that a text says to call and that do not exist. */
function lostCommands(text: string): string[] {
  const { prose, code } = partsOf(text);
  const lines = [...code.split("\n"), ...[...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!)];
  return lines.flatMap((line) => {
    const lost: string[] = [];
    for (const [, script] of line.matchAll(/\bnpm (?:--silent )?run (?:-s )?([\w:-]+)/g))
      if (!scripts.includes(script!)) lost.push(`npm run ${script}`);
    const called = /\bnpm (?:--silent )?start -- ([^#|>;&]+)/.exec(line);
    if (!called) return lost;
    const words = called[1]!.trim().split(/\s+/);
    const command = words[0]!.startsWith("-") ? [] : [words[0]!];
    if (command.length > 0 && !commandsIn(helpOf()).includes(command[0]!)) return [...lost, called[0].trim()];
    const deeper = command.length > 0 ? commandsIn(helpOf(...command)) : [];
    if (deeper.length > 0) {
      if (words[1] !== undefined && !deeper.includes(words[1])) return [...lost, called[0].trim()];
      command.push(...words.slice(1, 2));
    }
    const options = words.filter((word) => /^--\w/.test(word)).map((word) => word.split("=")[0]!);
    const known = helpOf(...command);
    return [...lost, ...options.filter((option) => !known.includes(option)).map((o) => `${command.join(" ")} ${o}`)];
  });
}

const read = (document: string) => readFileSync(join(root, document), "utf8");
const mistakes = (find: (document: string, text: string) => string[]) =>
  documents.flatMap((document) => find(document, read(document)).map((mistake) => `${document}: ${mistake}`));

test("every relative link of a document leads to a file, and to a heading in it", () => {
  assert.ok(documents.includes("README.md") && documents.includes("docs/api.md"), documents.join(", "));
  assert.deepEqual(mistakes(deadLinks), []);
});

test("every path that a document names in backticks exists", () => {
  assert.ok(
    pathsIn(read("ARCHITECTURE.md")).length > 30,
    "the check saw hardly any path: is it reading the right text?",
  );
  assert.deepEqual(mistakes(lostPaths), []);
});

test("every command, option and script that a document says to call exists", () => {
  assert.deepEqual(
    mistakes((_, text) => lostCommands(text)),
    [],
  );
});

test("decisions are numbered without a gap and headed by number and title", () => {
  const files = globSync("docs/decisions/*.md", { cwd: root }).map((file) => posix.basename(slashes(file)));
  assert.deepEqual(
    files.sort().map((file) => file.slice(0, 4)),
    files.map((_, i) => String(i + 1).padStart(4, "0")),
  );
  for (const file of files)
    assert.match(read(`docs/decisions/${file}`), new RegExp(`^# ${file.slice(0, 4)} [^\\n]*[^.:\\n]\\n\\n`), file);
});

/** What is wrong with the promises under a heading: one without a test below it, or with one that is not there. */
function unproved(text: string, heading: string): string[] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split(/\n## /)[0] ?? "";
  const promises = section.split(/^- /m).slice(1);
  if (promises.length === 0) return [`nothing stands under ${heading}`];
  return promises.flatMap((promise) => {
    const proofs = [...promise.matchAll(/^ {2}- `([^`]+)`: (.+)$/gm)];
    if (proofs.length === 0) return [`no test of: ${promise}`];
    return proofs.flatMap(([, file, title]) => wrongProof({ file: file!, title: title! }) ?? []);
  });
}

test("every promise of SECURITY.md names the tests that prove it, by file and title", () => {
  assert.deepEqual(unproved(read("SECURITY.md"), "What is promised"), []);
});

test("NOTICE names every package that the editor is built from", () => {
  const { dependencies } = JSON.parse(read("ui/package.json")) as { dependencies: object };
  const notice = read("NOTICE");
  const packages = Object.keys(dependencies).filter((name) => !name.startsWith("@clipwork/"));
  assert.ok(packages.length > 3);
  assert.deepEqual(
    packages.filter((name) => !notice.includes(name)),
    [],
  );
});

const sources = places
  .filter((place) => /\.(ts|mjs)$/.test(place) && !/\.test\.ts$|^test\//.test(place))
  .concat("test/browser/run.ts")
  .map(read)
  .join("\n");

/** Messages, in backticks in the first column of a table, that no source has; "…" stands for what varies. */
function lostMessages(text: string): string[] {
  const messages = [...text.matchAll(/^\| (?:[^|`]*)`([^`|]+)`[^|]* \|/gm)].map((match) => match[1]!);
  return messages.filter((message) => {
    const parts = message.split("…").map((part) => part.replace(/^[\s.:]+|[\s.]+$/g, ""));
    return !parts.every((part) => sources.includes(part));
  });
}

test("every message that troubleshooting explains is one that the sources have", () => {
  const text = read("docs/troubleshooting.md");
  assert.ok(text.split("\n| `").length > 20);
  assert.deepEqual(lostMessages(text), []);
});

test("the glossary gives each word once", () => {
  const words = [...read("docs/glossary.md").matchAll(/^\| (\*\*.*?) \|/gm)].flatMap((row) =>
    [...row[1]!.matchAll(/\*\*(.+?)\*\*/g)].map((match) => match[1]!),
  );
  assert.ok(words.length > 60);
  assert.deepEqual(
    words.filter((word, i) => words.indexOf(word) !== i),
    [],
  );
});

const docs = "  - `test/docs.test.ts`: planted mistakes are found";
const promised = (proof: string) => `\n## A\n\n- b\n${proof}\n`;

test("planted mistakes are found", () => {
  const planted: readonly (readonly [
    find: (document: string, text: string) => string[],
    right: string,
    wrong: string,
  ])[] = [
    [deadLinks, "[a](README.md)", "[a](READ.md)"],
    [deadLinks, "[a](README.md#tests)", "[a](README.md#testing)"],
    [deadLinks, "# One thing\n[a](#one-thing)", "# One thing\n[a](#two-things)"],
    [lostPaths, "`engine/SPEC.md`", "`engine/SPECS.md`"],
    [lostPaths, "`bootstrap.mjs`", "`bootstraps.mjs`"],
    [lostPaths, "`packs/toybox`", "`packs/toyboxes`"],
    [lostPaths, "`cli/main.ts`", "`nodes/main.ts`"],
    [lostPaths, "`training/.venv/bin/python`", "`training/venv/bin/python`"],
    [(_, text) => lostCommands(text), "`npm start -- run FILE --set a=1`", "`npm start -- rum FILE`"],
    [(_, text) => lostCommands(text), "```sh\nnpm start -- cache ls\n```", "```sh\nnpm start -- cache list\n```"],
    [(_, text) => lostCommands(text), "`npm start -- run FILE --out x`", "`npm start -- run FILE --output x`"],
    [(_, text) => lostMessages(text), "| `Port … is in use.` | a | b |", "| `Port … is taken by a program.` | a | b |"],
    ...[docs.replace("planted", "planned"), "", "  - `c.test.ts`: planted mistakes are found"].map(
      (proof) => [(_: string, text: string) => unproved(text, "A"), promised(docs), promised(proof)] as const,
    ),
    [(_, text) => lostCommands(text), "`npm run bench`", "`npm run benchmarks`"],
  ];
  for (const [find, right, wrong] of planted) {
    assert.deepEqual(find("ARCHITECTURE.md", right), [], right);
    assert.equal(find("ARCHITECTURE.md", wrong).length, 1, wrong);
  }
});
