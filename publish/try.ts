// Installs the tarballs in an empty folder, as their users do, and uses them there on the oldest Node that they are for and on the project's.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { oldestNode } from "./manifest.ts";

const windows = process.platform === "win32";
/** The installed program, from the folder into which it was installed. */
const program = join("node_modules", "clipwork", "server", "dist", "cli", "start.mjs");

/** Throws if anything does not go as the documents say. `work` is a folder that nobody else uses. */
export async function tryTarballs(root: string, tarballs: readonly string[], work: string): Promise<void> {
  const folder = emptyFolder(work, "try");
  npm(folder, ["install", ...tarballs]);
  const nodes = emptyFolder(work, "oldest-node");
  npm(nodes, ["install", `node@${oldestNode}`]);
  checkTypes(root, folder, examplesOf(folder));
  checkPackTypes(root, emptyFolder(work, "author"), tarballs);
  for (const node of [join(nodes, "node_modules", "node", "bin", windows ? "node.exe" : "node"), process.execPath]) {
    const version = output(node, ["--version"], folder).trim();
    process.stdout.write(`On Node ${version}:\n`);
    const place = emptyFolder(folder, version);
    const call = (...args: string[]) => output(node, [join("..", program), ...args], place);
    call("new", "text-to-image-quick");
    call("run", "text-to-image-quick.json", "--set", "prompt=a red cube on sand", "--set", "seed=7");
    assert.ok(existsSync(join(place, "out", "text-to-image-quick.png")));
    assert.match(call("replay", join("out", "text-to-image-quick.png")), /^equal: /);
    process.stdout.write("  the command line makes a picture, and again\n");
    for (const example of examplesOf(folder)) output(node, [example], place, sqliteWarning);
    assert.deepEqual(
      readFileSync(join(place, "text-to-image-quick.png")).subarray(0, 4),
      Buffer.from("\x89PNG", "latin1"),
    );
    process.stdout.write("  the README's example makes a picture\n");
    tryNewNodePack(root, node, place, call);
    process.stdout.write("  a new node pack has types that fit, passes its test and is used\n");
    await tryServer(node, place);
    process.stdout.write("  the server serves the editor and the page of the API\n");
  }
}

/** A new folder in which npm installs into its own node_modules. */
function emptyFolder(place: string, name: string): string {
  const folder = join(place, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  return folder;
}

function npm(folder: string, args: readonly string[]): void {
  const options = { cwd: folder, encoding: "utf8", shell: windows } as const;
  // The libraries of one maker's graphics cards are not needed here.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip", npm_config_audit: "false", npm_config_fund: "false" };
  const { status, stdout, stderr } = spawnSync("npm", args, { ...options, env });
  assert.equal(status, 0, `npm ${args.join(" ")}\n${stdout}${stderr}`);
}

/** Node 22 says it of its SQLite, in programs and in threads of the server; commands leave it out. */
const sqliteWarning = /^\(node:\d+\) ExperimentalWarning: SQLite .*\n\(Use `node --trace-warnings .*\n/m;

/** Runs a program of the folder. Whatever it calls by name is that Node, too. Warnings count as failures. */
function output(node: string, args: readonly string[], cwd: string, known = /$^/): string {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd, encoding: "utf8", env: environment(node, cwd) });
  assert.equal(status, 0, `${args.join(" ")}\n${stdout}${stderr}`);
  assert.doesNotMatch(stderr.replace(known, ""), /warning/i, args.join(" "));
  return stdout;
}

function environment(node: string, cwd: string): NodeJS.ProcessEnv {
  const path = `${dirname(node)}${delimiter}${process.env.PATH}`;
  return { ...process.env, PATH: path, CLIPWORK_DATA: join(cwd, "data"), CLIPWORK_PACKS: "", CLIPWORK_TEMPLATES: "" };
}

/** The programs that the README of the installed package shows, written to files in TypeScript and as JavaScript; the paths of these. */
function examplesOf(folder: string): string[] {
  const readme = readFileSync(join(folder, "node_modules", "clipwork", "README.md"), "utf8");
  const programs = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
  assert.ok(programs.length > 0, "the README shows no program");
  return programs.map((text, index) => {
    const file = join(folder, `example-${index}.ts`);
    writeFileSync(file, text);
    return file.replace(/\.ts$/, ".js");
  });
}

/** The examples compile against the installed declarations, which are checked themselves; the compiler leaves them as JavaScript. */
function checkTypes(root: string, folder: string, examples: readonly string[]): void {
  const files = examples.map((file) => file.replace(/\.js$/, ".ts"));
  const config = { target: "es2024", lib: ["es2024", "esnext.disposable"], module: "nodenext", strict: true };
  const types = { typeRoots: [join(root, "node_modules", "@types")], types: ["node"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...config, ...types }, files }));
  assert.equal(compilerSays(root, folder, "tsconfig.json"), "");
}

/** What authors of node packs write in TypeScript compiles against the three packages alone, in a folder that has nothing else. */
function checkPackTypes(root: string, folder: string, tarballs: readonly string[]): void {
  const needed = ["engine", "models", "nodes"].map((name) => new RegExp(`clipwork-${name}-[\\d.]+\\.tgz$`));
  npm(folder, ["install", ...tarballs.filter((tarball) => needed.some((name) => name.test(tarball)))]);
  writeFileSync(join(folder, "pack.ts"), authorsPack);
  const options = {
    target: "es2024",
    lib: ["es2024"],
    module: "nodenext",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...options, types: [] }, files: ["pack.ts"] }),
  );
  assert.equal(compilerSays(root, folder, "tsconfig.json"), "");
  writeFileSync(join(folder, "pack.ts"), authorsPack.replace("shots: film.shots", "shots: film.scenes"));
  assert.match(compilerSays(root, folder, "tsconfig.json"), /'scenes' does not exist/);
}

/** A kind and a node of an author's own. */
const authorsPack = `import { defineKind, NodeError, p, socketOf } from "@clipwork/engine";
import { defineNode, t } from "@clipwork/nodes";

type Film = { readonly shots: readonly string[] };

const film = defineKind<Film>({
  kind: "film",
  check: (value) => (Array.isArray((value as Film | null)?.shots) ? undefined : "is not a film: it has no shots"),
  publish: ({ shots }) => [{ ending: ".txt", media: "text/plain", bytes: new Uint8Array(shots.length) }],
});

export const nodes = [
  defineNode({
    type: "film.cut",
    version: 1,
    title: "Cut",
    summary: "Leaves the first shots.",
    inputs: { film: socketOf(film, "The film."), still: t.image("A picture.") },
    outputs: { film: socketOf(film, "What is left.") },
    params: { count: p.integer("How many.", { default: 1, min: 1, max: 9 }) },
    async run({ film, still }, { count }, { signal }) {
      signal.throwIfAborted();
      if (still.width < count) throw new NodeError("The picture is too narrow.", "Give a wider one.");
      const left: Film = { shots: film.shots };
      return { film: { shots: left.shots.slice(0, count) } };
    },
  }),
];
`;

/** A pack as `packs new` makes it: its types fit what is installed, its own test passes, and its node is known once it is added. */
function tryNewNodePack(root: string, node: string, place: string, call: (...args: string[]) => string): void {
  call("packs", "new", "film");
  const folder = join(place, "clipwork-nodes-film");
  assert.equal(compilerSays(root, folder, "jsconfig.json"), "");
  const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { scripts: { test: string } };
  const [, ...args] = scripts.test.split(" ");
  output(node, args, folder);
  call("packs", "add", "./clipwork-nodes-film");
  assert.match(call("nodes", "film.negative"), /Turns light into dark/);
  call("packs", "remove", "clipwork-nodes-film");
}

/** What the compiler complains of. */
function compilerSays(root: string, folder: string, config: string): string {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [tsc, "-p", join(folder, config), "--pretty", "false"];
  return spawnSync(process.execPath, args, { encoding: "utf8", cwd: folder }).stdout;
}

/** The server, as `npx clipwork` starts it, has the editor and the page of the API, and ends when it is asked to. */
async function tryServer(node: string, place: string): Promise<void> {
  const args = [join("..", program), "serve", "--port", "0", "--json"];
  const server = spawn(node, args, { cwd: place, env: environment(node, place), stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  server.stderr.on("data", (text) => {
    complaint += text;
  });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  const { url } = JSON.parse(String(line)) as { url: string };
  const page = await (await fetch(url)).text();
  const scripts = [...page.matchAll(/src="([^"]+\.js)"/g)].map(([, script]) => script!);
  assert.ok(scripts.length > 0, page);
  for (const path of [...scripts, "/api/v1/docs", "/api/v1/docs/swagger-ui-bundle.js", "/templates/text-to-image.webp"])
    assert.equal((await fetch(new URL(path, url))).status, 200, path);
  server.kill("SIGTERM");
  const [code] = await once(server, "exit");
  assert.equal(code, 0, complaint);
  assert.doesNotMatch(complaint.replace(sqliteWarning, ""), /warning/i);
}
