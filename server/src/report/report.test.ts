import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import fc from "fast-check";
import sharp from "sharp";
import type { RunRecord } from "../outputs/run-record.ts";
import { markup } from "./markup.ts";
import { renderReport } from "./render-report.ts";
import { makeReport } from "./report.ts";
import { ReportPictures } from "./report-pictures.ts";
import { RunLog } from "./run-log.ts";

const workflow = {
  format: "clipwork/1",
  meta: { title: "Painting" },
  nodes: {
    caption: { type: "text.prompt", version: 1, params: { text: "a cube" } },
    paint: { type: "image.paint", version: 1, inputs: { text: "caption.text" }, params: { seed: 7 } },
    save: { type: "output.image", version: 1, inputs: { image: "paint.image" } },
    spare: { type: "text.prompt", version: 1, mode: "mute" },
  },
  exposed: { prompt: "caption.text", seed: ["paint.seed"] },
} as const;

const record: RunRecord = {
  node: "save",
  item: 0,
  kind: "image",
  pixels: "aa",
  files: {},
  parameters: { caption: { text: "a cube" }, paint: { seed: 7, steps: 25 } },
  values: [["paint", 0, "0123456789abcdef"]],
  numerics: "cpu float32",
  nodePacks: [],
  stages: { "toy/decoder": "d".repeat(64) },
  versions: { clipwork: "0.1.0" },
};

/** The log of a run with these events after its beginning. */
function logOf(...events: object[]): RunLog {
  const log = new RunLog("r");
  [{ event: "run.queued" }, { event: "run.started", nodes: 3 }, ...events].forEach((event, i) => {
    log.add({ seq: i + 1, run: "r", time: 1_000 * (i + 1), ...event } as Parameters<RunLog["add"]>[0]);
  });
  return log;
}

const finished = [
  { event: "node.cached", node: "caption", item: 0, key: "c".repeat(64) },
  { event: "node.started", node: "paint", item: 0 },
  { event: "node.finished", node: "paint", item: 0, ms: 900 },
  { event: "node.stored", node: "paint", item: 0, key: "b".repeat(64) },
  { event: "run.finished", executed: 1, cached: 1, outputs: [], ms: 4_000 },
];

function reportOf(parts: Partial<Parameters<typeof makeReport>[0]> = {}) {
  const { log = logOf(...finished), outputs = [], fresh = false, ...more } = parts;
  const carried = [{ record, workflow }];
  const titleOf = (type: string) => ({ "text.prompt": "Prompt", "image.paint": "Paint" })[type];
  return makeReport({ run: "r", log, workflow, outputs, carried, titleOf, fresh, ...more });
}

test("a report says what was computed, what was kept and why, with fingerprints, times and all parameters", () => {
  const reasons = new Map([["paint", ["seed was 6"]]]);
  const { nodes, settings, executed, cached, ms } = reportOf({ reasons });
  const [caption, paint, save, spare] = nodes;
  assert.deepEqual([caption!.title, caption!.state, caption!.fingerprints], ["Prompt", "kept", ["c".repeat(64)]]);
  assert.match(caption!.why, /kept under the same fingerprints/);
  assert.deepEqual([paint!.state, paint!.begun, paint!.took], ["computed", 2_000, 1_000]);
  assert.equal(paint!.why, "No value was kept under its fingerprint. Seed was 6.");
  assert.deepEqual(paint!.parameters, [
    ["seed", 7],
    ["steps", 25],
  ]);
  assert.deepEqual([save!.state, spare!.state], ["not needed", "muted"]);
  assert.deepEqual(settings, [
    ["prompt", "a cube"],
    ["seed", 7],
  ]);
  assert.deepEqual([executed, cached, ms], [1, 1, 4_000]);
  const written = reportOf({ outputs: [{ node: "save", item: 0, name: "x", files: [] }] }).nodes[2]!;
  assert.deepEqual([written.state, written.why], ["written", "It writes what it is given, and computes nothing."]);
});

test("a failure, and what was skipped because of it, is said with the node's title", () => {
  const log = logOf(
    { event: "node.started", node: "paint", item: 0 },
    { event: "node.failed", node: "paint", item: 0, message: "Out of paint.", remedy: "Refill." },
    { event: "node.skipped", node: "save", item: 0, because: "paint" },
    { event: "run.failed", executed: 0, cached: 0, outputs: [], ms: 10 },
  );
  const { nodes, state } = reportOf({ log });
  assert.equal(state, "failed");
  assert.equal(nodes[1]!.why, "It failed: Out of paint. Refill.");
  assert.equal(nodes[2]!.why, "Skipped, since Paint failed.");
});

test("fingerprints of a run that began anew after a crash are those of its second beginning", () => {
  const again = logOf({ event: "node.stored", node: "paint", item: 0, key: "old" }, { event: "run.started", nodes: 3 });
  assert.deepEqual(again.keysOf("paint"), []);
});

test("what was asked to be computed again has that as its reason", () => {
  const { nodes } = reportOf({ fresh: true });
  assert.equal(nodes[1]!.why, "It was asked to compute everything again.");
});

test("a title and a description that are no text are as if there were none", () => {
  const odd = { ...workflow, meta: { title: 5, description: { a: 1 } } } as unknown as WorkflowJson;
  const { title, description } = reportOf({ workflow: odd, carried: [] });
  assert.deepEqual([title, description], ["Untitled", undefined]);
});

test("what the outputs were made with is put together from all their records", () => {
  const other: RunRecord = {
    ...record,
    node: "copy",
    values: [...record.values, ["upsample", 1, "fedcba9876543210"]],
    stages: { "toy/upsampler": "e".repeat(64) },
    nodePacks: ["blur@1"],
  };
  const { madeWith } = reportOf({ carried: [record, other].map((one) => ({ record: one, workflow })) });
  assert.deepEqual(madeWith, {
    versions: record.versions,
    numerics: record.numerics,
    stages: { ...record.stages, ...other.stages },
    nodePacks: ["blur@1"],
    values: other.values,
  });
  assert.equal(reportOf({ carried: [] }).madeWith, undefined);
});

test("seconds are rounded before minutes are taken out of them", () => {
  const page = (ms: number) => renderReport({ ...reportOf(), ms });
  for (const [ms, said] of [
    [59_940, "59.9 s"],
    [59_990, "1 min 0 s"],
    [119_700, "2 min 0 s"],
    [125_000, "2 min 5 s"],
  ] as const)
    assert.ok(page(ms).includes(`Finished in ${said}:`), said);
});

test("what is inside a subgraph has its state, time, parameters and fingerprint, and a name along its path", () => {
  const inner = {
    title: "Painter",
    nodes: { paint: { type: "image.paint", version: 1, inputs: { text: "in.text" }, params: { seed: 7 } } },
    inputs: { text: {} },
    outputs: { image: { from: "paint.image" } },
    exposed: { seed: "paint.seed" },
  };
  const outer: WorkflowJson = {
    ...workflow,
    nodes: {
      caption: workflow.nodes.caption,
      sub: { type: "subgraph.painter", version: 1, inputs: { text: "caption.text" }, params: { seed: 9 } },
      save: { type: "output.image", version: 1, inputs: { image: "sub.image" } },
    },
    exposed: { seed: "sub.seed" },
    definitions: { painter: inner },
  };
  const log = logOf(
    { event: "node.started", node: "sub/paint", item: 0 },
    { event: "node.finished", node: "sub/paint", item: 0, ms: 900 },
    { event: "node.stored", node: "sub/paint", item: 0, key: "b".repeat(64) },
  );
  const plain = reportOf({ workflow: outer, carried: [], log });
  assert.deepEqual(
    plain.nodes.map(({ id, title }) => [id, title]),
    [
      ["caption", "Prompt"],
      ["save", "output.image"],
      ["sub/paint", "Painter › Paint"],
    ],
  );
  const paint = plain.nodes[2]!;
  assert.deepEqual([paint.state, paint.took, paint.fingerprints], ["computed", 1_000, ["b".repeat(64)]]);
  assert.deepEqual([paint.parameters, plain.settings], [[["seed", 9]], [["seed", 9]]]);
  const parameters = { "sub/paint": { seed: 9, steps: 25 } };
  const recorded = reportOf({ carried: [{ record: { ...record, parameters }, workflow: outer }], log });
  assert.deepEqual(Object.fromEntries(recorded.nodes[2]!.parameters), { seed: 9, steps: 25 });
  assert.deepEqual(recorded.settings, [["seed", 9]]);
  const failed = logOf({ event: "node.skipped", node: "save", item: 0, because: "sub/paint" });
  assert.equal(
    reportOf({ workflow: outer, carried: [], log: failed }).nodes[1]!.why,
    "Skipped, since Painter › Paint failed.",
  );
});

test("rounds are told apart, and what stands between them is there only if it fails", () => {
  const outer: WorkflowJson = {
    ...workflow,
    nodes: {
      caption: workflow.nodes.caption,
      drift: { type: "loop.repeat.again", version: 1, inputs: { text: "caption.text" }, params: { rounds: 2 } },
      save: { type: "output.image", version: 1, inputs: { image: "drift.all" } },
    },
    exposed: {},
    definitions: {
      again: {
        title: "Drift",
        nodes: { paint: { type: "image.paint", version: 1, inputs: { text: "in.text", seed: "in.round" } } },
        inputs: { text: {}, round: {} },
        outputs: { all: { from: "paint.image" } },
      },
    },
  };
  const titles = (...events: object[]) =>
    reportOf({ workflow: outer, carried: [], log: logOf(...events) }).nodes.map(({ id, title }) => [id, title]);
  const shown = [
    ["caption", "Prompt"],
    ["save", "output.image"],
    ["drift/1/paint", "Drift › round 1 › Paint"],
    ["drift/2/paint", "Drift › round 2 › Paint"],
  ];
  assert.deepEqual(titles(), shown);
  const failure = { event: "node.failed", node: "drift/out/1", item: 0, message: "3 and 2 items." };
  assert.deepEqual(titles(failure), [...shown, ["drift/out/1", "Drift"]]);
  const skipped = { event: "node.skipped", node: "save", item: 0, because: "drift/out/1" };
  const { nodes } = reportOf({ workflow: outer, carried: [], log: logOf(failure, skipped) });
  assert.equal(nodes[1]!.why, "Skipped, since Drift failed.");
});

test("property: no text of a workflow, a name or a message becomes markup", () => {
  const nasty = fc.constantFrom(
    "<script>",
    "</style>",
    "<img src=x onerror=alert(1)>",
    '"',
    "'",
    "&lt;",
    "`",
    "$" + "{x}",
    "]]>",
    "\ud800",
  );
  const text = fc.array(fc.oneof(nasty, fc.string())).map((parts) => `q${parts.join("")}`);
  fc.assert(
    fc.property(text, (said) => {
      const odd = {
        ...workflow,
        meta: { title: said, description: said },
        nodes: { ...workflow.nodes, caption: { ...workflow.nodes.caption, params: { text: said } } },
        exposed: { [said]: "caption.text" },
      };
      const log = logOf(
        { event: "notice", message: said },
        { event: "node.failed", node: "paint", item: 0, message: said },
      );
      const outputs = [{ node: "save", item: 0, name: said, files: [{ ending: said, bytes: 5 }] }];
      const parts = { run: said, log, workflow: odd, outputs, carried: [], titleOf: () => said, fresh: false };
      const page = renderReport(makeReport(parts));
      const plain = renderReport(
        makeReport({
          ...parts,
          run: "q",
          outputs: [{ ...outputs[0]!, name: "q", files: [{ ending: "q", bytes: 5 }] }],
          workflow: JSON.parse(JSON.stringify(odd).replaceAll(JSON.stringify(said), '"q"')),
          titleOf: () => "q",
          log: logOf({ event: "notice", message: "q" }, { event: "node.failed", node: "paint", item: 0, message: "q" }),
        }),
      );
      const tags = (html: string) => html.match(/<[^>]*>/g)!.map((tag) => /^<\/?[a-z!]+/i.exec(tag)![0]);
      assert.deepEqual(tags(page), tags(plain), "the same tags as with plain texts");
      assert.ok(!/<(script|img)/.test(page));
    }),
    { numRuns: 60 },
  );
});

test("what is put into markup is escaped, markup is not, and nothing is nothing", () => {
  assert.equal(
    markup`<p a="${"\"<&'`"}">${markup`<b>${1}</b>`}${undefined}${["<", markup`<i>`]}</p>`.text,
    '<p a="&quot;&lt;&amp;&#39;&#96;"><b>1</b>&lt;<i></p>',
  );
});

test("the file needs nobody: no script, no address but data, and a policy that forbids both", async () => {
  const png = await sharp({ create: { width: 8, height: 4, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const picture = await new ReportPictures().take(png);
  const files = [{ ending: ".png", bytes: png.length }];
  const page = renderReport(reportOf({ outputs: [{ node: "save", item: 0, name: "x", files, picture }] }));
  assert.doesNotMatch(page, /<script|<link|https?:|url\(|@import/);
  assert.deepEqual(
    [...page.matchAll(/src="([^"]{0,22})/g)].map(([, src]) => src),
    ["data:image/png;base64,"],
  );
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
  assert.match(page, /prefers-color-scheme: dark/);
  assert.match(page, /width="8" height="4"/);
  for (const said of ["cpu float32", "0.1.0", "d".repeat(64), "0123456789abcdef", "b".repeat(16), "1.00 s"])
    assert.ok(page.includes(said), said);
});

test("pictures go in as they are while there is room; a large one is a smaller copy, and beyond the bound there is none", async () => {
  const side = 1400;
  const raw = { raw: { width: side, height: side, channels: 3 as const } };
  const noise = await sharp(randomBytes(side * side * 3), raw)
    .png()
    .toBuffer();
  const copy = await new ReportPictures().take(noise);
  assert.deepEqual([copy!.smaller, copy!.src.slice(0, 16)], [true, "data:image/webp;"]);
  const small = await sharp({ create: { width: 8, height: 4, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const narrow = new ReportPictures(small.length);
  assert.equal((await narrow.take(small))!.smaller, false);
  assert.equal(await narrow.take(small), undefined);
  assert.equal(await new ReportPictures().take(Buffer.from("no picture")), undefined);
});
