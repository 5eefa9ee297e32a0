import assert from "node:assert/strict";
import { test } from "node:test";
import { applySettings, readDocument, type WorkflowJson } from "@clipwork/engine";
import fc from "fast-check";
import { painting, testCatalogue } from "../testing/catalogue.ts";
import { removeNodes } from "./edit.ts";
import {
  describeExposed,
  descriptionOf,
  expose,
  exposeAlso,
  exposedNameOf,
  moveExposed,
  nameTrouble,
  removeExposed,
  renameExposed,
  unexpose,
} from "./expose.ts";
import { alikeParams } from "./exposed.ts";

const size = { node: "paint", port: "size" };
const names = ({ exposed }: WorkflowJson) => Object.keys(exposed ?? {});

test("a parameter is exposed under its own name, last, with a number if the name is taken", () => {
  const exposed = expose(painting, size);
  assert.deepEqual(exposed.exposed, { ...painting.exposed, size: "paint.size" });
  assert.equal(exposedNameOf(exposed, size), "size");
  const taken = { ...painting, exposed: { size: "save.name" } };
  assert.deepEqual(names(expose(taken, size)), ["size", "size 2"]);
  assert.equal(expose(exposed, size), exposed, "it is exposed already");
});

test("what is exposed no longer is taken off its name, and a name without parameters goes", () => {
  const both = { ...painting, exposed: { seed: ["paint.seed", "paint.size"], prompt: "caption.text" } };
  assert.deepEqual(unexpose(both, size).exposed, { seed: "paint.seed", prompt: "caption.text" });
  assert.deepEqual(names(unexpose(painting, { node: "paint", port: "seed" })), ["prompt"]);
  assert.deepEqual(names(removeExposed(both, "seed")), ["prompt"]);
  assert.equal("exposed" in removeExposed(removeExposed(both, "seed"), "prompt"), false);
  assert.equal(unexpose(painting, size), painting, "it never was");
});

test("one name sets several parameters: the one that joins gets the value that is shown, and leaves its own name", () => {
  const two = expose({ ...painting, exposed: { seed: "paint.seed" } }, size);
  const joined = exposeAlso(two, "seed", size, 7);
  assert.deepEqual(joined.exposed, { seed: ["paint.seed", "paint.size"] });
  assert.equal(joined.nodes.paint!.params!.size, 7);
  assert.equal(exposeAlso(two, "gone", size, 7), two);
});

test("a name is changed at its place, and its description goes with it", () => {
  const described = describeExposed(painting, "prompt", "What to paint.");
  const renamed = renameExposed(described, "prompt", "what to paint");
  assert.deepEqual(names(renamed), ["what to paint", "seed"]);
  assert.equal(descriptionOf(renamed, "what to paint"), "What to paint.");
  assert.equal(descriptionOf(renamed, "prompt"), undefined);
});

test("a name that another has, or that the command line could misread, is refused in words and changes nothing", () => {
  assert.match(nameTrouble(painting, "prompt", "seed")!, /another/);
  for (const bad of ["", " ", "1", "a=b", "__proto__", "-x", "a ", `a${"b".repeat(64)}`, "ä"]) {
    assert.match(nameTrouble(painting, "prompt", bad)!, /letter/, bad);
    assert.equal(renameExposed(painting, "prompt", bad), painting);
  }
  for (const good of ["a", "Guidance scale", "cfg-2_b"]) assert.equal(nameTrouble(painting, "prompt", good), undefined);
});

test("names are moved up and down, not beyond the ends", () => {
  assert.deepEqual(names(moveExposed(painting, "seed", -1)), ["seed", "prompt"]);
  assert.equal(moveExposed(painting, "seed", 1), painting);
  assert.equal(moveExposed(painting, "gone", 1), painting);
});

test("descriptions stand in meta.exposed, other facts of meta stay, and they go with their names", () => {
  const described = describeExposed(describeExposed(painting, "prompt", "What."), "seed", "Which.");
  assert.deepEqual(described.meta, { title: "Painting", exposed: { prompt: "What.", seed: "Which." } });
  assert.deepEqual(describeExposed(described, "seed", "").meta, { title: "Painting", exposed: { prompt: "What." } });
  assert.deepEqual(removeNodes(described, new Set(["caption", "paint"])).meta, { title: "Painting" });
  assert.deepEqual(readDocument(described).problems, [], "the engine has nothing against it");
});

test("documents of any origin do not break it", () => {
  for (const exposed of [null, [], "x", { a: 5 }, { a: null }] as never[]) {
    const odd = { ...painting, exposed, meta: { exposed: exposed } };
    assert.equal(exposedNameOf(odd, size), undefined);
    assert.equal(exposedNameOf(expose(odd, size), size), "size");
    assert.equal(descriptionOf(odd, "a"), undefined);
  }
});

test("the parameters that a name could set as well have its kind, and no link", () => {
  const linked = { ...painting, nodes: { ...painting.nodes, more: painting.nodes.paint } };
  const { param } = { param: testCatalogue.get("image.paint")!.params.seed! };
  assert.deepEqual(alikeParams(linked, param, testCatalogue), [
    { node: "paint", port: "seed" },
    { node: "more", port: "seed" },
  ]);
  const fed = { ...painting.nodes.paint, inputs: { seed: "seeds.seeds" } };
  assert.deepEqual(alikeParams({ ...painting, nodes: { paint: fed } }, param, testCatalogue), []);
});

test("property: however names are made, changed and moved, --set takes each of them and sets what the page says", () => {
  const ends = ["paint.seed", "paint.size", "caption.text", "save.name"].map((address) => {
    const [node, port] = address.split(".") as [string, string];
    return { node, port };
  });
  const end = fc.constantFrom(...ends);
  const name = fc.constantFrom("seed", "size", "text", "name", "prompt", "A b", "x-1");
  const step = fc.oneof(
    end.map((at) => (w: WorkflowJson) => expose(w, at)),
    end.map((at) => (w: WorkflowJson) => unexpose(w, at)),
    fc.tuple(name, name).map(
      ([a, b]) =>
        (w: WorkflowJson) =>
          renameExposed(w, a, b),
    ),
    fc.tuple(name, fc.integer({ min: -3, max: 3 })).map(
      ([a, by]) =>
        (w: WorkflowJson) =>
          moveExposed(w, a, by),
    ),
    name.map((a) => (w: WorkflowJson) => describeExposed(w, a, `About ${a}`)),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const workflow = steps.reduce((now: WorkflowJson, change) => change(now), painting);
      const { document, problems } = readDocument(workflow);
      assert.deepEqual(problems, []);
      const values = { seed: "3", size: "9", text: "a cone", name: "other" };
      for (const [exposedName, value] of Object.entries(workflow.exposed ?? {})) {
        const ports = [value].flat().map((address) => address.split(".")[1] as keyof typeof values);
        if (new Set(ports).size > 1) continue;
        const set = applySettings(document!, { [exposedName]: values[ports[0]!] }, testCatalogue);
        assert.deepEqual(set.problems, []);
      }
    }),
  );
});
