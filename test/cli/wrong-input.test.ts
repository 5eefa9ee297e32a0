import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, fixturePacks, folderWith, hierarchy, listing, type Workflow } from "./clipwork.fixture.ts";

type Case = {
  readonly title: string;
  /** Changes the sound workflow, or gives the text of the file instead. */
  readonly change?: (workflow: Workflow) => unknown;
  /** Puts further files into the folder. */
  readonly files?: (folder: string) => void | Promise<void>;
  readonly args?: readonly string[];
  readonly packs?: string;
  /** What the sentence names, and what the remedy says. */
  readonly says: readonly RegExp[];
};

/** A workflow that loads a picture and enlarges it. */
function loads(file: unknown) {
  return (workflow: Workflow) => {
    workflow.nodes.load = { type: "image.load", version: 1, params: { file } };
    workflow.nodes.enlarge!.inputs = { image: "load.image" };
  };
}

async function picture(folder: string, name: string): Promise<string> {
  const { default: sharp } = await import("sharp");
  const path = join(folder, name);
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  await sharp({ create: { width: 64, height: 64, channels: 3, background: "black", noise } }).toFile(path);
  return path;
}

const cases: readonly Case[] = [
  { title: "no JSON", change: () => '{"format": "clipwork/1",', says: [/not JSON/, /line 1/] },
  { title: "an empty file", change: () => "", says: [/not JSON/] },
  {
    title: "a wrong format",
    change: (workflow) => {
      workflow.format = "comfy/1";
    },
    says: [/"comfy\/1"/, /clipwork\/1/],
  },
  {
    title: "an unknown node type",
    change: ({ nodes }) => {
      nodes.decode!.type = "decoder.sampel";
    },
    says: [/decode/, /decoder\.sampel/, /decoder\.sample/],
  },
  {
    title: "an unknown port",
    change: ({ nodes }) => {
      nodes.decode!.inputs!.picture = "prior.embedding";
    },
    says: [/decode/, /picture/, /→ /],
  },
  {
    title: "an unknown parameter",
    change: ({ nodes }) => {
      nodes.decode!.params = { ...nodes.decode!.params, sead: 3 };
    },
    says: [/decode/, /sead/, /seed/],
  },
  {
    title: "a missing link",
    change: ({ nodes }) => {
      delete nodes.decode!.inputs!.image;
    },
    says: [/decode\.image/, /→ /],
  },
  {
    title: "a dangling link to no node",
    change: ({ nodes }) => {
      nodes.decode!.inputs!.image = "priorr.embedding";
    },
    says: [/decode\.image/, /priorr/, /prior/],
  },
  {
    title: "a dangling link to no output",
    change: ({ nodes }) => {
      nodes.decode!.inputs!.image = "prior.image";
    },
    says: [/decode\.image/, /prior\.image|"image"/, /embedding/],
  },
  {
    title: "a cycle",
    change: ({ nodes }) => {
      nodes.a = { type: "util.reroute", version: 1, inputs: { value: "b.value" } };
      nodes.b = { type: "util.reroute", version: 1, inputs: { value: "a.value" } };
      nodes.save!.inputs = { image: "a.value" };
    },
    says: [/(a → b → a|b → a → b)/],
  },
  {
    title: "a wrong type",
    change: ({ nodes }) => {
      nodes.decode!.inputs!.image = "encode.embedding";
    },
    says: [/decode\.image/, /text embedding/, /image embedding/],
  },
  {
    title: "a number out of range",
    change: ({ nodes }) => {
      nodes.decode!.params = { ...nodes.decode!.params, steps: 0 };
    },
    says: [/decode\.steps/, /is 0/, /1/],
  },
  {
    title: "text where a number belongs",
    change: ({ nodes }) => {
      nodes.decode!.params = { ...nodes.decode!.params, steps: "20" };
    },
    says: [/decode\.steps/, /the text "20"/, /Write 20 without quotation marks/],
  },
  {
    title: "lists nested without end",
    change: (workflow) =>
      JSON.stringify({ ...workflow, meta: 0 }).replace(
        '"meta":0',
        `"meta":${"[".repeat(200_000)}${"]".repeat(200_000)}`,
      ),
    says: [/nested deeper than 256/, /line 1/],
  },
  { title: "a setting out of range", args: ["--set", "seed=-1"], says: [/"seed"/, /-1/, /0/] },
  { title: "a setting that is no number", args: ["--set", "seed=abc"], says: [/"seed"/, /abc/, /whole number/] },
  { title: "a setting that is not exposed", args: ["--set", "sead=1"], says: [/"sead"/, /seed/] },
  { title: "a setting without a value", args: ["--set", "seed"], says: [/--set "seed"/, /name=value/] },
  { title: "an unknown option", args: ["--sed", "1"], says: [/--sed/, /--help/] },
  { title: "a picture file that is missing", change: loads("no-such.png"), says: [/load\.file/, /no-such\.png/, /→ /] },
  {
    title: "a picture file that is cut off",
    change: loads("cut.png"),
    files: async (folder) => truncateSync(await picture(folder, "cut.png"), 3000),
    says: [/load\.file/, /cut\.png/, /not a whole picture/],
  },
  {
    title: "a picture file that is no picture",
    change: loads("text.png"),
    files: (folder) => writeFileSync(join(folder, "text.png"), "hello"),
    says: [/load\.file/, /text\.png/, /not a whole picture/],
  },
  {
    title: "a picture file of a kind that is not read",
    change: loads("drawing.svg"),
    files: (folder) =>
      writeFileSync(
        join(folder, "drawing.svg"),
        '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>',
      ),
    says: [/load\.file/, /drawing\.svg/, /svg/, /PNG/],
  },
  { title: "a picture file that is a folder", change: loads("."), says: [/load\.file/, /not a file/] },
  {
    title: "a pack that is not there",
    change: ({ nodes }) => {
      nodes.prior!.params = { pack: "randompack" };
    },
    says: [/prior\.pack/, /"randompack"/, /→ .*"random-pack"/],
  },
  {
    title: "a pack with a wrong hash",
    files: (folder) => {
      const pack = join(folder, "packs", "random-pack");
      cpSync(join(fixturePacks, "random-pack"), pack, { recursive: true });
      const bytes = readFileSync(join(pack, "prior.onnx"));
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(join(pack, "prior.onnx"), bytes);
    },
    packs: "packs",
    says: [/random-pack/, /prior\.onnx/, /sha256/, /→ /],
  },
  {
    title: "an output folder that is a file",
    files: (folder) => writeFileSync(join(folder, "out"), ""),
    says: [/output folder/, /is a file/, /→ /],
  },
  {
    title: "a data folder below a file",
    args: ["--data", join("workflow.json", "data")],
    says: [/data folder/, /workflow\.json is a file/],
  },
];

for (const { title, change, files, args = [], packs, says } of cases) {
  test(`${title}: exit code 2, a sentence with a remedy, nothing written`, async (context) => {
    const workflow = hierarchy();
    const text = change?.(workflow);
    const folder = folderWith(context, typeof text === "string" ? text : workflow);
    await files?.(folder);
    const before = listing(folder);
    const options = { cwd: folder, ...(packs ? { packs: join(folder, packs) } : {}) };
    const command = ["run", "workflow.json", "--out", "out", "--data", "data", ...args];
    const outcome = await clipwork(command, options);
    assert.equal(outcome.code, 2, outcome.stderr);
    assert.equal(outcome.stdout, "");
    assert.match(outcome.stderr, /^error: /m);
    for (const part of says) assert.match(outcome.stderr, part);
    assert.match(outcome.stderr, /\n {2}→ /, "a way out");
    assert.doesNotMatch(outcome.stderr, /^\s+at /m, "no stack trace");
    assert.deepEqual(listing(folder), before);
  });
}

test("a missing workflow, a folder, and a picture without a workflow are refused", async (context) => {
  const folder = folderWith(context, hierarchy());
  mkdirSync(join(folder, "folder"));
  await picture(folder, "plain.png");
  for (const [file, says] of [
    ["no-such.json", /no file no-such\.json/],
    ["folder", /folder is not a file/],
    ["plain.png", /plain\.png carries no workflow/],
  ] as const) {
    const outcome = await clipwork(["run", file], { cwd: folder });
    assert.equal(outcome.code, 2);
    assert.match(outcome.stderr, says);
  }
});

test("with --json, problems are one line of JSON", async (context) => {
  const workflow = hierarchy();
  workflow.nodes.decode!.params = { pack: "random-pack", steps: "20" };
  const folder = folderWith(context, workflow);
  for (const command of ["run", "validate"]) {
    const outcome = await clipwork([command, "workflow.json", "--json"], { cwd: folder });
    assert.equal(outcome.code, 2);
    assert.equal(outcome.stderr, "");
    const [event, ...more] = outcome.events();
    assert.deepEqual(more, []);
    assert.equal(event!.event, "invalid");
    const [problem] = event!.problems;
    assert.deepEqual([problem.node, problem.port, problem.severity], ["decode", "steps", "error"]);
    assert.ok(problem.message && problem.remedy);
  }
  const usage = await clipwork(["run", "--json"], { cwd: folder });
  assert.deepEqual([usage.code, usage.last().event, usage.last().problems[0].code], [2, "invalid", "usage"]);
});

test("all problems are reported at once", async (context) => {
  const workflow = hierarchy();
  workflow.nodes.decode!.type = "decoder.sampel";
  workflow.nodes.prior!.params = { pack: "random-pack", seed: "7" };
  const outcome = await clipwork(["validate", "workflow.json"], { cwd: folderWith(context, workflow) });
  assert.match(outcome.stderr, /decoder\.sampel/);
  assert.match(outcome.stderr, /prior\.seed/);
});
