import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { openBareSetup } from "./bare-setup.ts";
import { tryNodePack, tryNodePacks } from "./try-node-packs.ts";

const example = join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "node-pack-example");
const good = `export const nodes = [{ type: "film.grain", version: 1, title: "Grain", summary: "Adds grain.", inputs: {}, outputs: {}, params: {}, stages: [], migrations: [], run: () => ({}) }];`;

/** Starts a process that ends by itself after 20 seconds. */
const spawns = `import { spawn } from "node:child_process"; spawn(process.execPath, ["-e", "setTimeout(() => {}, 20_000)"], { stdio: "inherit", detached: true }).unref();`;

/** A node pack whose module has that text. */
function packWith(context: TestContext, text: string): string {
  const folder = join(temporaryFolder(context), "film");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), `{ "name": "film", "version": "1.0.0", "type": "module" }`);
  writeFileSync(join(folder, "index.js"), text);
  return folder;
}

test("a pack that loads says what it brings", async () => {
  assert.deepEqual(await tryNodePack(example), {
    ...{ name: "clipwork-nodes-duotone", version: "1.0.0", types: ["duotone.print"] },
  });
});

for (const [what, text, reason, most] of [
  ["loops", "for (;;);", /^it did not load within 3 s$/, { limit: 3_000 }],
  ["ends the process", "process.exit(3);", /^it ended the process while it was loaded, with the code 3$/, {}],
  ["ends it once it is loaded", `${good} queueMicrotask(() => process.exit(0));`, /ended the process .* code 0$/, {}],
  ["prints", `console.log("hello"); ${good}`, /^it prints while it is loaded: "hello"$/, {}],
  ["throws", `throw new Error("no film left\\nat line 7");`, /^no film left$/, {}],
  [
    "ends it beside a process that it started",
    `${spawns} process.exit(3);`,
    /ended the process .* code 3$/,
    { grace: 200 },
  ],
  ["starts a process that writes where it does", `${spawns} ${good}`, /^it leaves something running/, { grace: 200 }],
  ["leaves a timer running", `setInterval(() => {}, 1000); ${good}`, /^it leaves something running/, { grace: 200 }],
] as const)
  test(`a pack that ${what} while it is loaded is refused by name, and harms nothing`, async (context) => {
    const place = packWith(context, text);
    const { places, refused } = await tryNodePacks([place], most);
    assert.deepEqual([places, refused.length, refused[0]!.place], [[], 1, place]);
    const { message, remedy, severity } = refused[0]!.problem;
    const [, found = ""] = /^The node pack (?:.*film) is not used: (.*)\.$/.exec(message) ?? [];
    assert.match(found, reason);
    assert.deepEqual([severity, remedy !== ""], ["warning", true]);
  });

test("a pack that speaks to whoever started it is heard by nobody", async (context) => {
  const place = packWith(context, `process.send?.("ready"); ${good}`);
  assert.deepEqual(await tryNodePack(place), { name: "film", version: "1.0.0", types: ["film.grain"] });
});

test("a pack that loops ends by itself once whoever started its process is gone", async (context) => {
  const place = packWith(context, "for (;;);");
  const child = fork(join(import.meta.dirname, "trial-main.ts"), [place, "1000"]);
  context.after(() => child.kill("SIGKILL"));
  assert.deepEqual(await once(child, "exit"), [null, "SIGKILL"]);
});

test("a setup has the packs that loaded, and says which are refused", async (context) => {
  const data = temporaryFolder(context);
  const place = packWith(context, "process.exit(0);");
  writeFileSync(join(data, "config.json"), JSON.stringify({ nodePacks: [place, example] }));
  const { setup } = await openBareSetup(data, "cpu");
  assert.deepEqual(setup!.nodePacks, [example]);
  assert.match(setup!.refused![0]!.problem.message, /film is not used: it ended the process/);
});
