import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { readDocument } from "../document/document.ts";
import { t } from "../kinds/socket.ts";
import { node, workflow } from "../testing/index.ts";
import { applySettings, collectFiles, usedPacks } from "./settings.ts";

const sample = nodeDefiner<unknown>()({
  type: "test.sample",
  version: 1,
  title: "Sample",
  summary: "Has parameters.",
  outputs: { value: t.number(".") },
  params: {
    seed: p.seed(),
    scale: p.number("Scale.", { default: 1, min: 0, max: 10 }),
    text: p.text("Text."),
    flag: p.boolean("Flag.", false),
    method: p.choice("Method.", ["ddpm", "ddim"], "ddpm"),
    pack: p.pack(),
    file: p.file("File."),
  },
  run: () => ({ value: 0 }),
});
const catalogue = createCatalogue([sample]);
const json = workflow(
  {
    a: node("test.sample", { seed: 1, file: "a.png" }, {}, { note: "kept" }),
    b: node("test.sample", { pack: "karlo", file: "a.png" }),
    c: node("test.sample", { file: "c.png" }, { seed: "a.value" }),
    odd: node("no.such", { pack: "none" }),
  },
  {
    exposed: {
      seed: ["a.seed", "b.seed"],
      scale: "a.scale",
      prompt: "a.text",
      flag: "a.flag",
      method: "a.method",
      linked: "c.seed",
      gone: "a.nothing",
    },
  },
);
const document = readDocument(json).document!;
const set = (settings: object) => applySettings(document, settings as Record<string, unknown>, catalogue);
const codes = (settings: object) => set(settings).problems.map(({ code }) => code);

test("[S1] a setting goes to every parameter that its name exposes", () => {
  const { document: changed, problems } = set({ seed: 7, prompt: "a red cube" });
  assert.deepEqual(problems, []);
  assert.deepEqual(changed.json.nodes.a, {
    ...(json.nodes["a" as never] as object),
    params: { seed: 7, file: "a.png", text: "a red cube" },
  });
  assert.deepEqual(changed.json.nodes.b!.params, { pack: "karlo", file: "a.png", seed: 7 });
  assert.equal(changed.nodes.get("b")!.params.seed, 7);
  assert.equal(document.nodes.get("a")!.params.seed, 1, "the document is not changed");
});

test("[S2] text is read as the parameter's kind asks", () => {
  const { document: changed, problems } = set({
    seed: " 12 ",
    scale: "-.0e1",
    prompt: " 007 ",
    flag: "true",
    method: "ddim",
  });
  assert.deepEqual(problems, []);
  const { seed, scale, text, flag, method } = changed.nodes.get("a")!.params;
  assert.deepEqual([seed, scale, text, flag, method], [12, -0, " 007 ", true, "ddim"]);
  for (const [settings, code] of [
    [{ seed: "seven" }, "wrong-kind"],
    [{ seed: "" }, "wrong-kind"],
    [{ seed: "0x10" }, "wrong-kind"],
    [{ seed: "1.5" }, "not-an-integer"],
    [{ seed: "-1" }, "out-of-range"],
    [{ scale: "1e999" }, "not-finite"],
    [{ flag: "yes" }, "wrong-kind"],
    [{ method: "euler" }, "bad-choice"],
    [{ prompt: 3 }, "wrong-kind"],
  ] as const)
    assert.equal(codes(settings)[0], code, JSON.stringify(settings));
});

test("[S3] an unknown setting lists the names and suggests the nearest", () => {
  const [problem] = set({ promt: "x" }).problems;
  assert.equal(problem!.code, "unknown-setting");
  assert.match(
    problem!.message,
    /"promt"; it exposes "seed", "scale", "prompt", "flag", "method", "linked" and "gone"/,
  );
  assert.equal(problem!.remedy, 'Did you mean "prompt"?');
  assert.deepEqual(codes({ "a.seed": 3 }), ["unknown-setting"]);
  assert.deepEqual(codes({ constructor: 3 }), ["unknown-setting"]);
});

test("[S3] a setting that could have no effect is a problem, and problems leave the document as it was", () => {
  assert.deepEqual(codes({ linked: 3 }), ["setting-linked"]);
  assert.deepEqual(codes({ gone: 3 }), ["bad-exposed"]);
  assert.equal(set({ seed: 3, gone: 3 }).document, document);
});

test("[S4] the files and packs that a document names can be listed", () => {
  assert.deepEqual(collectFiles(document, catalogue), ["a.png", "c.png"]);
  assert.deepEqual(usedPacks(document, catalogue), ["toybox", "karlo"]);
});

test("[S2] a number that cannot be read is quoted as it was written, and a decimal comma has its remedy", () => {
  const said = (settings: object) => {
    const [problem] = set(settings).problems;
    return [problem!.code, problem!.message, problem!.remedy];
  };
  assert.deepEqual(said({ seed: "18446744073709551615" }), [
    "out-of-range",
    '"seed" is 18446744073709551615, but the most allowed is 4294967295.',
    "Give a whole number from 0 to 4294967295.",
  ]);
  assert.match(said({ seed: "-18446744073709551617" })[1]!, /is -18446744073709551617, but the least allowed is 0/);
  assert.match(said({ seed: "9".repeat(100_000) })[1]!, /^"seed" is 9{70,80}…, but the most allowed/);
  assert.equal(said({ scale: "7,5" })[2], "Write 7.5, with a point in place of the comma.");
  assert.equal(said({ scale: "1,000" })[2], "Write 1000, or 1.000 with a point.");
  assert.equal(said({ seed: "1,000" })[2], "Write 1000, without the comma.");
  assert.equal(said({ seed: "7,5" })[2], "Give a whole number, without a comma.");
  assert.match(said({ scale: "7.5.1" })[2]!, /right kind/);
});
