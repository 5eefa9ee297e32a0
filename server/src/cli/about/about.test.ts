import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { buildProgram } from "../program.ts";
import { allCommands, commandTree } from "./command-tree.ts";
import { completionScript, shells } from "./completion.ts";
import { manPage } from "./man-page.ts";

const tree = commandTree(buildProgram({ out: () => {}, err: () => {} }), { new: ["drift", "eclipse"] });
const commands = allCommands(tree);
const has = (program: string) => spawnSync(program, ["--version"]).error === undefined;

test("the tree of commands has all of them with their options", () => {
  const paths = commands.map(({ path }) => path);
  for (const path of ["", "run", "models add", "cache gc", "queue pause", "completion"])
    assert.ok(paths.includes(path), path);
  const run = commands.find(({ path }) => path === "run")!;
  assert.deepEqual(run.options.find(({ long }) => long === "--provider")!.choices, ["cpu", "webgpu", "cuda", "auto"]);
});

test("every command has --json but those whose output is for another program anyway, as the README says", () => {
  const without = commands.filter(
    ({ commands: inner, options }) => inner.length === 0 && !options.some(({ long }) => long === "--json"),
  );
  assert.deepEqual(without.map(({ path }) => path).sort(), ["completion", "convert", "man", "mcp", "types"]);
});

test("each shell's completions name every command and every option", () => {
  for (const shell of shells) {
    const script = completionScript(shell, tree);
    for (const { path, options } of commands) {
      assert.ok(script.includes(path.split(" ").at(-1)!), `${shell}: ${path}`);
      for (const { long } of options)
        assert.ok(script.includes(shell === "fish" ? `-l ${long.slice(2)}` : long), `${shell}: ${path} ${long}`);
    }
  }
});

test("bash completes commands, commands of commands, options, choices and files", { skip: !has("bash") }, (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, "completion.bash"), completionScript("bash", tree));
  writeFileSync(join(folder, "ru.json"), "{}");
  const complete = (...words: string[]) => {
    const script = `source completion.bash; COMP_WORDS=(clipwork "$@"); COMP_CWORD=$#; _clipwork; printf '%s\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script, "bash", ...words], { cwd: folder, encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.trim().split("\n");
  };
  assert.deepEqual(complete("ru"), ["run"], "what comes first is a command");
  assert.deepEqual(complete("models", "ve"), ["verify"]);
  assert.deepEqual(complete("run", "--wa"), ["--watch"]);
  assert.deepEqual(complete("run", "x.json", "--provider", "w"), ["webgpu"]);
  assert.deepEqual(complete("validate", "ru"), ["ru.json"]);
  assert.deepEqual(complete("new", "ecl"), ["eclipse"]);
  assert.deepEqual(complete("completion", "f"), ["fish"]);
  assert.deepEqual(complete("packs", "ru"), [""], "a command of commands takes no file");
  assert.deepEqual(complete("packs", "--data", "ru"), [""]);
  assert.deepEqual(complete("packs", "list", "--data", "ru"), ["ru.json"]);
});

test("fish completes the same", { skip: !has("fish") }, (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, "completion.fish"), completionScript("fish", tree));
  writeFileSync(join(folder, "ru.json"), "{}");
  const complete = (line: string) => {
    const script = `source completion.fish; complete -C ${JSON.stringify(line)}`;
    const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", script], { cwd: folder, encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.split("\n").flatMap((one) => one.split("\t")[0] || []);
  };
  assert.deepEqual(complete("clipwork ru"), ["run"]);
  assert.deepEqual(complete("clipwork packs ru"), []);
  assert.deepEqual(complete("clipwork packs "), ["add", "list", "new", "remove"]);
  assert.deepEqual(complete("clipwork validate ru"), ["ru.json"]);
  assert.deepEqual(complete("clipwork new ecl"), ["eclipse"]);
  assert.deepEqual(complete("clipwork completion f"), ["fish"]);
  assert.deepEqual(complete("clipwork run --provider w"), ["webgpu"]);
  assert.deepEqual(complete("clipwork packs list --data ru"), ["ru.json"]);
});

for (const shell of ["zsh", "fish"] as const) {
  const skip = has(shell) ? false : `${shell} is not installed (Debian: apt-get install ${shell})`;
  if (skip !== false && process.env.CLIPWORK_TEST_REQUIRE === "shells") throw new Error(skip);
  test(`${shell} reads its completions without a complaint`, { skip }, (context) => {
    const file = join(temporaryFolder(context), "completion");
    writeFileSync(file, completionScript(shell, tree));
    const { status, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
  });
}

test("the manual's page has every command, option and exit code", () => {
  const page = manPage(tree, "1.2.3").replaceAll("\\-", "-");
  assert.match(page, /^\.TH CLIPWORK 1 "" "clipwork 1\.2\.3"/);
  for (const { path, options } of commands) {
    assert.ok(page.includes(path === "" ? ".SH NAME" : `.SS "clipwork ${path}`), path);
    if (path !== "") for (const { flags } of options) assert.ok(page.includes(`.B ${flags}`), `${path} ${flags}`);
  }
  for (const code of [0, 1, 2, 130]) assert.ok(page.includes(`.B ${code}\n`), String(code));
});

test("groff sets the manual's page without a warning", { skip: !has("groff") }, () => {
  const { stdout, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww"], {
    input: manPage(tree, "1"),
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  // Bold letters are struck twice.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a backspace
  assert.match(stdout.replace(/.\u0008/g, ""), /EXIT STATUS/);
});
