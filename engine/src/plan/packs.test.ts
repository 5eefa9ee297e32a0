import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { readDocument } from "../document/document.ts";
import { t, whenPack } from "../kinds/socket.ts";
import { listProblems, node, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";
import { validate } from "./validate.ts";

const defineNode = nodeDefiner<TestServices>();
const model = defineNode({
  type: "test.model",
  version: 1,
  title: "Model",
  summary: "Runs a stage of a pack on a file.",
  outputs: { value: t.number("Nothing.") },
  params: { pack: p.pack(), file: p.file("A file.") },
  stages: ["decoder"],
  run: () => ({ value: 0 }),
});

const paint = defineNode({
  type: "test.paint",
  version: 1,
  title: "Paint",
  summary: "Needs a caption only for a pack that reads one.",
  inputs: { caption: whenPack("decoder.text", t.number("The caption.")) },
  outputs: { value: t.number("Nothing.") },
  params: { pack: p.pack() },
  stages: ["decoder"],
  optionalStages: ["words"],
  run: ({ caption }) => ({ value: caption ?? -1 }),
});

const draw = defineNode({
  type: "test.draw",
  version: 1,
  title: "Draw",
  summary: "Gives a sketch only with a pack that sketches.",
  outputs: { value: t.number("What is drawn."), sketch: whenPack("decoder.sketch", t.number("Its sketch.")) },
  params: { pack: p.pack() },
  stages: ["decoder"],
  run: (_, { pack }) => (pack === "reader" ? { value: 1, sketch: 2 } : ({ value: 1 } as never)),
});

const environment = testEnvironment([...testNodes, model, paint, draw], {
  packs: {
    toybox: { name: "toybox", refinements: {}, stages: { decoder: "d1" } },
    reader: {
      name: "reader",
      refinements: { "decoder.text": 1, "decoder.sketch": 1 },
      stages: { decoder: "d1", words: "w1" },
    },
    bare: { name: "bare", refinements: {}, stages: {} },
    torn: { message: "Its decoder.onnx is damaged.", remedy: "Install it again." },
  },
  files: { "cat.png": { digest: "c1" }, "huge.png": { message: "It is too large.", remedy: "Make it smaller." } },
});

const problemsOf = (nodes: object) => validateJson(workflow(nodes), environment).problems;
const brief = (nodes: object) =>
  problemsOf(nodes).map(({ code, severity, node, port }) => `${severity} ${code} ${node ?? ""}.${port ?? ""}`);
const one = node("math.constant", { value: 1 });
const show = (value: string) => node("output.show", {}, { value });

test("[V8] packs and files that cannot be used are problems with the host's reason", () => {
  const cases: [object, string, RegExp][] = [
    [{ pack: "toybax", file: "cat.png" }, "unknown-pack", /"toybax", which is not installed.*Did you mean "toybox"/],
    [{ pack: "torn", file: "cat.png" }, "unusable-pack", /Its decoder\.onnx is damaged\. Install it again\./],
    [{ pack: "bare", file: "cat.png" }, "missing-stage", /"bare" has no stage "decoder"/],
    [{ pack: "constructor", file: "cat.png" }, "unknown-pack", /"constructor"/],
    [{ file: "dog.png" }, "unusable-file", /"dog\.png", which is not there/],
    [{ file: "huge.png" }, "unusable-file", /cannot be used: It is too large\. Make it smaller\./],
    [{}, "missing-file", /names no file/],
  ];
  for (const [params, code, pattern] of cases) {
    const problems = problemsOf({ m: node("test.model", params), show: show("m.value") });
    assert.deepEqual(
      problems.map((problem) => problem.code),
      [code],
    );
    assert.match(listProblems(problems), pattern);
  }
  const { plan } = validateJson(
    workflow({ m: node("test.model", { file: "cat.png" }), show: show("m.value") }),
    environment,
  );
  assert.deepEqual([plan!.nodes[0]!.stages, plan!.nodes[0]!.files], [{ decoder: "d1" }, { file: "c1" }]);
});

test("[V9] a parameter that shapes types cannot be fed by a link", () => {
  const source = node("util.reroute", {}, { value: "one.value" });
  const nodes = {
    one,
    source,
    m: node("test.model", { file: "cat.png" }, { pack: "source.value" }),
    show: show("m.value"),
  };
  assert.deepEqual(brief(nodes), ["error not-linkable m.pack"]);
});

test("[V19] a stage that a node runs only if it is there is asked for by none, and counts where it is", async () => {
  const plan = (pack: string) =>
    validateJson(
      workflow({ one, a: node("test.paint", { pack }, { caption: "one.value" }), show: show("a.value") }),
      environment,
    );
  assert.deepEqual(plan("toybox").plan!.nodes.find(({ id }) => id === "a")!.stages, { decoder: "d1" });
  assert.deepEqual(plan("reader").plan!.nodes.find(({ id }) => id === "a")!.stages, { decoder: "d1", words: "w1" });
  assert.deepEqual(
    plan("bare").problems.map(({ message }) => message),
    ['Model pack "bare" has no stage "decoder", which "a" (test.paint) runs.'],
  );
});

test("[N8] a fact of the pack decides whether an input is needed: without it, what is linked is not run", async () => {
  const nodes = (pack: string, inputs = {}) => ({
    one,
    a: node("test.paint", { pack }, inputs),
    show: show("a.value"),
  });
  const ids = (pack: string) => {
    const { plan } = validateJson(workflow(nodes(pack, { caption: "one.value" })), environment);
    return plan!.nodes.map(({ id }) => id);
  };
  assert.deepEqual(ids("reader"), ["one", "a", "show"]);
  assert.deepEqual(ids("toybox"), ["a", "show"]);
  assert.deepEqual(brief(nodes("toybox")), []);
  assert.deepEqual(brief(nodes("reader")), ["error missing-input a.caption"]);
  const values = async (pack: string) => {
    const { plan } = validateJson(workflow(nodes(pack, { caption: "one.value" })), environment);
    return (await record(plan!)).values;
  };
  assert.deepEqual(await values("reader"), { "show.value": [1] });
  assert.deepEqual(await values("toybox"), { "show.value": [-1] });
});

test("[V21] an output may depend on a fact of the pack: without it, a link to it is a problem that names the packs that have it", async () => {
  const drawn = (pack: string) => ({ a: node("test.draw", { pack }), show: show("a.sketch") });
  assert.deepEqual(problemsOf(drawn("reader")), []);
  const [problem, ...more] = problemsOf(drawn("toybox"));
  assert.deepEqual(more, []);
  assert.deepEqual(problem, {
    code: "dangling-link",
    severity: "error",
    node: "show",
    port: "value",
    message: '"show.value" is linked to "a.sketch", which there is not with the pack "toybox".',
    remedy: 'Link its output "value" instead, or choose a pack that has it: "reader".',
  });
  const { types } = validate(readDocument(workflow(drawn("toybox"))).document!, environment);
  assert.deepEqual(Object.keys(types().get("a")!), ["value"]);
});

test("[V21] a chosen node gives the outputs that it has with its pack", async () => {
  const values = async (pack: string) => {
    const { plan } = validateJson(workflow({ a: node("test.draw", { pack }) }), environment, { targets: ["a"] });
    return (await record(plan!)).values;
  };
  assert.deepEqual(await values("reader"), { "a.value": [1], "a.sketch": [2] });
  assert.deepEqual(await values("toybox"), { "a.value": [1] });
});
