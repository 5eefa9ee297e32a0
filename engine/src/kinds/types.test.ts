import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { readDocument } from "../document/document.ts";
import { validate } from "../plan/validate.ts";
import { node, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { t } from "../testing/test-kinds.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { list, optional, type SocketType, socketOf } from "./socket.ts";
import { describeType, fits, resolveType, unify } from "./types.ts";

const kinds = [
  "text",
  "number",
  "integer",
  "boolean",
  "image",
  "text-embedding",
  "image-embedding",
  "guidance",
] as const;
const space = (id: string, name = `space ${id}`): SocketType => ({
  kind: "image-embedding",
  refine: { space: { id, name } },
});

test("[T1] an integer fits a number; nothing else is converted", () => {
  for (const has of kinds)
    for (const needs of kinds)
      assert.equal(
        fits({ kind: has }, { kind: needs }),
        has === needs || (has === "integer" && needs === "number"),
        `${has} → ${needs}`,
      );
});

test("[T2] facts clash only where both are known, and by identity rather than name", () => {
  assert.ok(!fits(space("1"), space("2")));
  assert.ok(fits(space("1"), { kind: "image-embedding" }));
  assert.ok(fits({ kind: "image-embedding" }, space("1")));
  const renamed: SocketType = { kind: "image-embedding", refine: { space: { id: "1", name: "other" }, scale: "raw" } };
  assert.ok(fits(space("1"), renamed));
  assert.ok(!fits({ kind: "image", refine: { side: 64 } }, { kind: "image", refine: { side: "64" } }));
});

test("[T3] facts are looked up in the pack; unknown ones leave the type open", () => {
  const declared = t.imageEmbedding("An embedding.").type;
  const facts = { name: "toybox", refinements: { space: { id: "1", name: "toy" } }, stages: {} };
  assert.equal(describeType(resolveType(declared, { pack: facts })), "image embedding (space toy, scale raw)");
  assert.equal(describeType(resolveType(declared, {})), "image embedding (scale raw)");
  assert.equal(describeType(resolveType(t.image(".", "decoder.size").type, { pack: facts })), "image");
  assert.equal(describeType(t.image(".", "decoder.size").type), "image (side of the pack)");
});

test("[T10] facts that clash under one name are told apart by their ids", () => {
  const [one, other] = ["9471ffbcf4afd5a3", "3723765b39764541"].map((id) => space(id, "clip"));
  assert.equal(describeType(one!, other), "image embedding (space clip 9471ffbc…)");
  assert.equal(describeType(other!, one), "image embedding (space clip 3723765b…)");
  assert.equal(describeType(one!, one), "image embedding (space clip)");
  assert.equal(describeType(one!, space("3723765b39764541", "toybox")), "image embedding (space clip)");
});

test("[T10] where a fact of the pack clashes, the packs that fit are named", () => {
  const [problem] = check({
    prior: node("prior.run", {}, { text: "clip.out" }),
    decode: node("decoder.run", { pack: "karlo" }, { image: "prior.out" }),
    show: node("output.show", {}, { value: "decode.out" }),
  });
  assert.match(problem!.message, /"decode.image" needs .*space karlo.* gives .*space toybox/);
  assert.match(problem!.remedy, /agree in space: choose the same .*Packs that fit "decode": "toybox"\.$/);
});

test("[T4] variables take one type", () => {
  assert.deepEqual(unify({ kind: "integer" }, { kind: "number" }), { kind: "number" });
  assert.deepEqual(unify({ kind: "variable", name: "T" }, { kind: "text" }), { kind: "text" });
  assert.equal(unify({ kind: "text" }, { kind: "number" }), undefined);
  assert.deepEqual(unify(space("1"), { kind: "image-embedding", refine: { scale: "raw" } }), {
    kind: "image-embedding",
  });
  assert.equal(unify(space("1"), space("2")), undefined);
});

const defineNode = nodeDefiner<unknown>();
const nothing = () => ({ out: null }) as never;
const base = { version: 1, title: "Test", summary: "For tests." };
const nodes = [
  defineNode({
    ...base,
    type: "clip.text",
    inputs: { text: t.text(".") },
    outputs: { out: t.textEmbedding(".") },
    params: { pack: p.pack() },
    run: nothing,
  }),
  defineNode({
    ...base,
    type: "prior.run",
    inputs: { text: t.textEmbedding(".") },
    outputs: { out: t.imageEmbedding(".") },
    params: { pack: p.pack() },
    run: nothing,
  }),
  defineNode({
    ...base,
    type: "decoder.run",
    inputs: { image: t.imageEmbedding(".") },
    outputs: { out: t.image(".") },
    params: { pack: p.pack() },
    run: nothing,
  }),
  defineNode({ ...base, type: "text.prompt", outputs: { out: t.text(".") }, run: nothing }),
  defineNode({
    ...base,
    type: "list.join",
    inputs: { a: t.variable("T", "."), b: t.variable("T", ".") },
    outputs: { out: list(t.variable("T", ".")) },
    run: nothing,
  }),
];
const inOneSpace = { space: { same: "space" } };
const blend = defineNode({
  ...base,
  type: "latent.blend",
  inputs: {
    a: optional(socketOf(t.imageEmbedding(".").of, ".", inOneSpace)),
    b: socketOf(t.imageEmbedding(".").of, ".", inOneSpace),
    towards: optional(socketOf(t.textEmbedding(".").of, ".", inOneSpace)),
  },
  outputs: { out: socketOf(t.imageEmbedding(".").of, ".", inOneSpace) },
  run: nothing,
});
const pack = (name: string) => ({ name, refinements: { space: { id: name, name } }, stages: {} });
const environment = testEnvironment<never>([...nodes, blend, ...testNodes] as never, {
  packs: { toybox: pack("toybox"), karlo: pack("karlo") },
});
const check = (more: object) =>
  validateJson(
    workflow({ prompt: node("text.prompt"), clip: node("clip.text", {}, { text: "prompt.out" }), ...more }),
    environment,
  ).problems;

test("[T5] a type problem names socket, need, gift and the node that helps", () => {
  const [problem] = check({
    decode: node("decoder.run", {}, { image: "clip.out" }),
    show: node("output.show", {}, { value: "decode.out" }),
  });
  assert.deepEqual(problem, {
    code: "wrong-type",
    severity: "error",
    node: "decode",
    port: "image",
    message:
      '"decode.image" needs image embedding (space toybox, scale raw), but "clip.out" gives text embedding (space toybox).',
    remedy: "Put a prior.run node between them.",
  });
});

test("[T5] two packs that meet are told apart by their facts", () => {
  const [problem] = check({
    prior: node("prior.run", { pack: "karlo" }, { text: "clip.out" }),
    show: node("output.show", {}, { value: "prior.out" }),
  });
  assert.match(
    problem!.message,
    /needs text embedding \(space karlo\), but "clip.out" gives text embedding \(space toybox\)/,
  );
  assert.match(
    problem!.remedy,
    /agree in space: choose the same model pack on both sides, or, if it is the same, another output/,
  );
});

test("[T5] where no node helps, the sentence says so", () => {
  const [problem] = check({
    bad: node("math.add", {}, { a: "clip.out" }),
    show: node("output.show", {}, { value: "bad.value" }),
  });
  assert.match(problem!.remedy, /no node turns one into the other/);
});

test("[T4] types pass through variables, and a clash between two of one name is found", () => {
  const through = (image: string) =>
    check({
      through: node("util.reroute", {}, { value: "clip.out" }),
      prior: node("prior.run", {}, { text: "through.value" }),
      join: node("list.join", {}, { a: "prior.out", b: image }),
      show: node("output.show", {}, { value: "join.out" }),
    });
  assert.deepEqual(through("prior.out"), []);
  assert.match(through("prompt.out")[0]!.message, /"join.b" needs image embedding .*"prompt.out" gives text\./);
  const wrong = check({
    through: node("util.reroute", {}, { value: "prompt.out" }),
    prior: node("prior.run", {}, { text: "through.value" }),
    show: node("output.show", {}, { value: "prior.out" }),
  });
  assert.match(wrong[0]!.message, /"through.value" gives text\./);
  assert.equal(wrong[0]!.remedy, "Put a clip.text node between them.");
});

test("[T6] validation reports the types of all outputs, variables bound by what is linked", () => {
  const graph = workflow({
    two: node("math.constant", { value: 2 }),
    via: node("util.reroute", {}, { value: "two.value" }),
    open: node("util.reroute"),
    lost: node("no.such"),
  });
  const { types } = validate(readDocument(graph).document!, testEnvironment(testNodes));
  assert.deepEqual([...types().keys()].sort(), ["open", "two", "via"]);
  assert.deepEqual(types().get("via"), { value: { kind: "number" } });
  assert.deepEqual(types().get("open"), { value: { kind: "variable", name: "T" } });
});

const measured = [
  defineNode({
    ...base,
    type: "size.make",
    outputs: {
      out: socketOf(t.image(".").of, ".", { width: { first: [{ param: "width" }, { file: "file", fact: "width" }] } }),
    },
    params: { width: p.integer(".", { default: null, min: 1, max: 99 }), file: p.file(".") },
    run: nothing,
  }),
  defineNode({
    ...base,
    type: "size.scale",
    inputs: { image: socketOf(t.image(".").of, ".", { width: { same: "width" } }) },
    outputs: {
      large: socketOf(t.image(".").of, ".", { width: { of: { same: "width" }, times: 4 } }),
      half: socketOf(t.image(".").of, ".", { width: { of: { same: "width" }, over: 2 } }),
    },
    run: nothing,
  }),
  defineNode({
    ...base,
    type: "size.tenfold",
    outputs: { out: socketOf(t.image(".").of, ".", { width: { of: { param: "width" }, times: 10 } }) },
    params: { width: p.integer(".", { default: 5, min: 5, max: 9 }) },
    run: nothing,
  }),
  defineNode({
    ...base,
    type: "size.take",
    inputs: { image: socketOf(t.image(".").of, ".", { width: 40 }) },
    outputs: { out: t.image(".") },
    run: nothing,
  }),
];
const sized = testEnvironment<never>([...nodes, ...measured, ...testNodes] as never, {
  files: { "a.png": { digest: "a", facts: { width: 7 } }, "b.png": { digest: "b" } },
});
const checkSizes = (make: object, more: object = {}) =>
  validateJson(
    workflow({ make, scale: node("size.scale", {}, { image: "make.out" }), show: showLarge, ...more }),
    sized,
  );
const showLarge = node("output.show", {}, { value: "scale.large" });

test("[T11] a size is what a parameter or a file says, multiplied and divided on its way; what a link feeds is open", () => {
  const widths = (params: object, inputs: object = {}) => {
    const types = checkSizes(node("size.make", { file: "b.png", ...params }, inputs), {
      one: node("math.constant", { value: 1 }),
    }).types();
    return ["make.out", "scale.large", "scale.half"].map((end) => {
      const [id, port] = end.split(".");
      return types.get(id!)![port!]!.refine?.width;
    });
  };
  assert.deepEqual(widths({ width: 10 }), [10, 40, 5]);
  assert.deepEqual(widths({ file: "a.png" }), [7, 28, undefined], "half of 7 is no number of pixels");
  assert.deepEqual(widths({ file: "a.png", width: 3 }), [3, 12, undefined]);
  assert.deepEqual(widths({}), [undefined, undefined, undefined]);
  assert.deepEqual(widths({ file: "a.png", width: 3 }, { width: "one.value" }), [undefined, undefined, undefined]);
});

test("[T11] a size that clashes names the parameter that decides it; one that is not known says nothing", () => {
  const take = (make: object, from: string) =>
    checkSizes(make, {
      take: node("size.take", {}, { image: from }),
      show: node("output.show", {}, { value: "take.out" }),
    }).problems;
  const [problem, ...more] = take(node("size.make", { file: "b.png", width: 9 }), "make.out");
  assert.deepEqual(more, []);
  assert.equal(problem!.message, '"take.image" needs image (width 40), but "make.out" gives image (width 9).');
  assert.equal(problem!.remedy, 'Set "width" of "make" to 40, or link another output.');
  assert.deepEqual(take(node("size.make", { file: "b.png", width: 10 }), "scale.large"), []);
  assert.deepEqual(take(node("size.make", { file: "b.png" }), "scale.large"), []);
  assert.match(take(node("size.make", { file: "a.png" }), "scale.large")[0]!.message, /width 40.* gives .*width 28/);
});

test("[T11] behind nodes that pass on, a remedy names who decides a size; it names no value that the parameter cannot have", () => {
  const remedyOf = (make: object, more: object, from: string) =>
    checkSizes(make, {
      ...more,
      take: node("size.take", {}, { image: from }),
      show: node("output.show", {}, { value: "take.out" }),
    }).problems[0]!.remedy;
  const via = node("util.reroute", {}, { value: "make.out" });
  const again = node("util.reroute", {}, { value: "via.value" });
  const nine = node("size.make", { file: "b.png", width: 9 });
  assert.equal(remedyOf(nine, { via, again }, "again.value"), 'Set "width" of "make" to 40, or link another output.');
  const narrow = node("size.make", { file: "b.png", width: 9 }, {});
  const many = { ten: node("size.tenfold", {}, {}), via: node("util.reroute", {}, { value: "ten.out" }) };
  assert.equal(
    remedyOf(narrow, many, "via.value"),
    'The two have to agree in width: let "ten" give 40, or link another output.',
    "a tenfold of 4 is less than it takes",
  );
});

test("[T12] pictures of two sizes go together where any type does, and their size is then open", () => {
  const wide = (width: number): SocketType => ({ kind: "image", refine: { width, of: "x" } });
  assert.deepEqual(unify(wide(1), wide(2)), { kind: "image", refine: { of: "x" } });
  assert.deepEqual(unify(wide(1), wide(1)), wide(1));
});

test("[T6] the types of muted and bypassed nodes are reported too, as if they ran, and what does not fit there is no problem", () => {
  const graph = workflow({
    two: node("math.constant", { value: 2 }, {}, { mode: "mute" }),
    via: node("util.reroute", {}, { value: "two.value" }, { mode: "bypass" }),
    behind: node("util.reroute", {}, { value: "via.value" }),
    wrong: node("list.range", {}, { first: "two.value" }, { mode: "mute" }),
    seven: node("math.constant", { value: 7 }),
    show: node("output.show", {}, { value: "seven.value" }),
  });
  const { types, problems, plan } = validate(readDocument(graph).document!, testEnvironment(testNodes));
  assert.deepEqual(problems, []);
  assert.equal(plan!.nodes.length, 2);
  for (const id of ["two", "via", "behind"]) assert.deepEqual(types().get(id), { value: { kind: "number" } }, id);
  assert.deepEqual(types().get("wrong")!.count, { kind: "integer" });
});

test("[T9] sockets that share a fact agree in it, and what the node gives has it", () => {
  const blended = (inputs: object, more: object = {}) =>
    check({
      prior: node("prior.run", {}, { text: "clip.out" }),
      karlo: node("clip.text", { pack: "karlo" }, { text: "prompt.out" }),
      other: node("prior.run", { pack: "karlo" }, { text: "karlo.out" }),
      blend: node("latent.blend", {}, inputs),
      show: node("output.show", {}, { value: "blend.out" }),
      ...more,
    });
  assert.deepEqual(blended({ a: "prior.out", b: "prior.out", towards: "clip.out" }), []);
  assert.deepEqual(blended({ b: "other.out", towards: "karlo.out" }), []);
  const [clashing] = blended({ a: "prior.out", b: "other.out" });
  assert.match(
    clashing!.message,
    /"blend.b" needs image embedding \(space toybox\), but "other.out" gives .*space karlo/,
  );
  assert.match(clashing!.remedy, /agree in space/);
  assert.match(blended({ b: "other.out", towards: "clip.out" })[0]!.message, /"blend.towards" needs .*space karlo/);
  const decoded = (pack: string) =>
    blended({ b: "other.out" }, { decode: node("decoder.run", { pack }, { image: "blend.out" }), show: shown });
  const shown = node("output.show", {}, { value: "decode.out" });
  assert.deepEqual(decoded("karlo"), []);
  assert.match(decoded("toybox")[0]!.message, /"blend.out" gives image embedding \(space karlo/);
});

test("[T9] a shared fact is open as long as nothing that is linked says it", () => {
  const { type } = blend.inputs.a!;
  assert.deepEqual(resolveType(type, {}), { kind: "image-embedding" });
  assert.deepEqual(resolveType(type, { shared: new Map([["space", { id: "1", name: "toy" }]]) }), space("1", "toy"));
  assert.equal(describeType(type), "image embedding (the same space)");
});
