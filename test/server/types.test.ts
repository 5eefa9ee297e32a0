// What `clipwork types` writes: the project's compiler takes it, and it runs workflows on a server and within the program.
import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createClient, type Runs } from "@clipwork/client";
import { openClipwork } from "@clipwork/server";
import { clipwork, fixturePacks, folderFor } from "../cli/clipwork.fixture.ts";
import { startServer } from "./server.fixture.ts";
import { complaints } from "./typescript.fixture.ts";

const root = join(import.meta.dirname, "..", "..");

/** A text, and a picture that is named anew for each run; no model. */
const workflow = {
  format: "clipwork/1",
  meta: { title: "Words */ and a mask" },
  nodes: {
    caption: { type: "text.prompt", version: 1, params: { text: "a red cube" } },
    tell: { type: "output.text", version: 1, inputs: { text: "caption.text" } },
    load: { type: "image.load", version: 1 },
    draw: { type: "image.draw-mask", version: 1, inputs: { image: "load.image" }, params: { left: 0.25 } },
    "save-it": { type: "output.any", version: 1, inputs: { value: "draw.mask" }, params: { name: "drawn" } },
  },
  exposed: { prompt: "caption.text", left: "draw.left", picture: "load.file" },
};

/** Names that are special somewhere, or are written in other scripts; two differ in no letter. */
const names = [
  ...["constructor", "toString", "hasOwnProperty", "__proto__", "class", "default", "prototype"],
  ...["имя", "名前", "π", "a-b", "aB", "a b", "1st", " "],
];
const odd = { ...workflow, exposed: Object.fromEntries(names.map((name) => [name, "caption.text"])) };
/** Each is left out, and given alone. */
const oddProgram = `import type { Runs } from "@clipwork/client";
import { runUndefined } from "./odd.ts";

export const all = (runs: Runs) => [
  runUndefined(runs),
${names.map((name) => `  runUndefined(runs, { [${JSON.stringify(name)}]: "x" }),`).join("\n")}
];
`;

const program = `import type { Runs } from "@clipwork/client";
import { redWords, type RedWordsParameters } from "./words.ts";

export async function use(runs: Runs, picture: string): Promise<readonly [string, string, number]> {
  const parameters: RedWordsParameters = { picture, prompt: "two cubes" };
  const { named, executed } = await redWords(runs, parameters).result;
  return [await named.tell[0]!.text(), named["save-it"][0]!.picture.name, executed];
}
`;
const mistakes = [
  'redWords(runs, { picture: "a", left: "0.5" });',
  "redWords(runs, {});",
  'redWords(runs, { picture: "a", prompts: "a" });',
  'redWords(runs, { picture: "a" }).result.then(({ named }) => named.tell[0]!.rows());',
];

test("clipwork types writes a typed function of a workflow: it is checked by tsc, and runs on a server and within a program", async (context) => {
  const cwd = folderFor(context);
  writeFileSync(join(cwd, "red words.json"), JSON.stringify(workflow));
  const made = await clipwork(["types", "red words.json", "words.ts"], { cwd });
  assert.deepEqual([made.code, made.stdout], [0, "words.ts\n"], made.stderr);
  symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"), "junction");
  writeFileSync(join(cwd, "package.json"), '{ "type": "module" }');
  writeFileSync(join(cwd, "use.ts"), program);
  writeFileSync(join(cwd, "undefined.json"), JSON.stringify(odd));
  assert.equal((await clipwork(["types", "undefined.json", "odd.ts"], { cwd })).code, 0);
  writeFileSync(join(cwd, "use-odd.ts"), oddProgram);
  writeFileSync(join(cwd, "use.ts"), `import "./use-odd.ts";\n${program}`);
  assert.deepEqual(complaints(cwd, "use.ts"), []);
  const wrong = mistakes.map((mistake) => `export const a${mistakes.indexOf(mistake)} = (runs: Runs) => ${mistake}\n`);
  writeFileSync(join(cwd, "use.ts"), program + wrong.join(""));
  assert.deepEqual(
    complaints(cwd, "use.ts").map((line) => Number(/\((\d+),/.exec(line)![1])),
    mistakes.map((_, i) => program.split("\n").length + i),
    "each mistake is one, on its line",
  );
  writeFileSync(join(cwd, "use.ts"), program);
  const { all } = (await import(join(cwd, "use-odd.ts"))) as { all(runs: Runs): unknown };
  const given: object[] = [];
  const result: Promise<never> = Promise.reject(new Error("nothing is run"));
  all({
    run(_, options) {
      given.push(options!.set!);
      return { events: (async function* () {})(), result, cancel() {} };
    },
  });
  assert.deepEqual(
    given.map((set) => Object.entries(set)),
    [[], ...names.map((name) => [[name, "x"]])],
  );

  const { use } = (await import(join(cwd, "use.ts"))) as {
    use(runs: object, picture: string): Promise<readonly [string, string, number]>;
  };
  const picture = readFileSync(join(root, "packs", "toybox", "samples", "templates", "text-to-image.webp"));
  const server = await startServer(context);
  const client = createClient(server.address);
  context.after(() => client.close());
  const { asset } = (await (
    await fetch(`${server.url}/api/v1/uploads`, {
      method: "POST",
      headers: { "content-type": "image/webp" },
      body: picture,
    })
  ).json()) as { asset: string };
  assert.deepEqual(await use(client, `asset:${asset}`), ["two cubes", "drawn.png", 3]);

  writeFileSync(join(cwd, "here.webp"), picture);
  process.env.CLIPWORK_PACKS = fixturePacks;
  await using here = await openClipwork({ data: join(cwd, "data") });
  assert.deepEqual(await use(here, join(cwd, "here.webp")), ["two cubes", "drawn.png", 3]);
});

test("a file that the command did not make is not replaced; its own is; what is no workflow is refused", async (context) => {
  const cwd = folderFor(context);
  writeFileSync(join(cwd, "words.json"), JSON.stringify(workflow));
  writeFileSync(join(cwd, "mine.ts"), "export const mine = 1;\n");
  const refused = await clipwork(["types", "words.json", "mine.ts"], { cwd });
  assert.deepEqual([refused.code, readFileSync(join(cwd, "mine.ts"), "utf8")], [2, "export const mine = 1;\n"]);
  assert.match(refused.stderr, /mine\.ts is there already/);
  for (let time = 0; time < 2; time++)
    assert.equal((await clipwork(["types", "words.json", "words.ts"], { cwd })).code, 0);
  const turned = { ...workflow, meta: { title: "*\u202e/ throw 1; \u009b /*" }, exposed: { prompt: "caption.text" } };
  writeFileSync(join(cwd, "turned.json"), JSON.stringify(turned));
  assert.equal((await clipwork(["types", "turned.json", "turned.ts"], { cwd })).code, 0);
  const module = readFileSync(join(cwd, "turned.ts"), "utf8");
  assert.doesNotMatch(module, /[\u007f-\u009f\u202a-\u202e]/, "no text turns a line around or is obeyed by a terminal");
  assert.equal(module.match(/^.*\*\/.*throw/m), null, "nor ends a comment");
  assert.match(module, /\\u202e/, "the workflow has it as it was");
  const printed = await clipwork(["types", "words.json"], { cwd });
  assert.equal(printed.stdout, readFileSync(join(cwd, "words.ts"), "utf8"));
  writeFileSync(
    join(cwd, "bad.json"),
    JSON.stringify({ ...workflow, nodes: { a: { type: "output.such", version: 1 } }, exposed: {} }),
  );
  const bad = await clipwork(["types", "bad.json", "bad.ts"], { cwd });
  assert.deepEqual([bad.code, /unknown type/.test(bad.stderr)], [2, true], bad.stderr);
  assert.equal((await clipwork(["types", "none.json"], { cwd })).code, 2);
});
