import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { workflow } from "../testing/index.ts";
import { type Document, parseDocument, readDocument } from "./document.ts";
import { definitionOf, instanceType } from "./workflow-json.ts";

// fast-check prints the seed and the smallest failing case.

test("[G1] the type of an instance names its definition, and no other type does", () => {
  for (const id of ["upscale", "a.b", "constructor", ""]) assert.equal(definitionOf(instanceType(id)), id);
  for (const type of ["subgraph", "subgraphs.a", "Subgraph.a", "a.subgraph.b", ""])
    assert.equal(definitionOf(type), undefined);
});

/** Names that clash and mix on purpose: of definitions, nodes, ports and parameters. Some can be none. */
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "c") },
  { weight: 1, arbitrary: fc.constantFrom("in", "out", "constructor", "__proto__", "a/b", "ä") },
);
const address = fc.tuple(fc.oneof(name, fc.constant("in")), name).map(([node, port]) => `${node}.${port}`);
const anything: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 1 });
const mostly = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 40, arbitrary: right }, { weight: 1, arbitrary: anything });
const dictionary = (value: fc.Arbitrary<unknown>, minKeys = 0) =>
  mostly(fc.dictionary(name, value, { minKeys, maxKeys: 4 }));
/** Nodes of which so many in four are instances. */
const nodesWith = (instances: number) =>
  dictionary(
    mostly(
      fc.record(
        {
          type: fc.oneof(
            { weight: instances, arbitrary: name.map((id) => `subgraph.${id}`) },
            { weight: 4 - instances, arbitrary: fc.constant("math.add") },
          ),
          version: fc.constantFrom(1, 1, 1, 1, 2),
          params: dictionary(anything),
          inputs: dictionary(mostly(address)),
          mode: mostly(fc.constantFrom("mute", "bypass")),
        },
        { requiredKeys: ["type", "version"] },
      ),
    ),
    1,
  );
const exposed = dictionary(fc.oneof(address, fc.array(address, { maxLength: 3 })));
const looks = {
  groups: dictionary(fc.record({ title: name, members: fc.array(name) })),
  notes: dictionary(anything),
};
const definition = fc.record(
  {
    ...{ title: name, nodes: nodesWith(1), exposed, inputs: dictionary(fc.constant({})), ...looks },
    outputs: dictionary(fc.record({ from: mostly(address) }, { requiredKeys: [] })),
  },
  { requiredKeys: ["nodes"] },
);
const json = fc
  .record(
    { nodes: nodesWith(3), exposed, definitions: dictionary(definition, 2), ...looks },
    { requiredKeys: ["nodes"] },
  )
  .map(({ nodes, ...more }): unknown => JSON.parse(JSON.stringify(workflow(nodes as object, more))));

const plain = ({ json: _, instances, ...rest }: Document) => ({
  ...rest,
  instances: new Map(
    [...instances].map(([id, { definition, title, outputs }]) => [id, { definition, title, outputs }]),
  ),
});

test("[D8] a document with subgraphs, sound or not, that is read, written and read is the same with the same problems", () => {
  let unpacked = 0;
  fc.assert(
    fc.property(json, (json) => {
      const text = JSON.stringify(json);
      const first = readDocument(json);
      const again = parseDocument(text);
      assert.deepEqual(again.problems, first.problems);
      assert.equal(JSON.stringify(json), text, "reading changes nothing");
      if (!first.document) return;
      assert.equal(JSON.stringify(again.document!.json), text);
      assert.deepEqual(plain(again.document!), plain(first.document));
      unpacked += first.document.instances.size;
    }),
    { numRuns: 1_000 },
  );
  assert.ok(unpacked > 300, `${unpacked} instances`);
});

test("[G2] whatever a document says, what is unpacked lies in instances and is linked to no instance", () => {
  fc.assert(
    fc.property(json, (json) => {
      const { document } = readDocument(json);
      if (!document) return;
      const { nodes, broken, instances } = document;
      for (const id of [...nodes.keys(), ...instances.keys()]) {
        const slash = id.lastIndexOf("/");
        assert.ok(slash < 0 || broken.has(id) || instances.has(id.slice(0, slash)), id);
      }
      for (const [id, node] of nodes) {
        assert.equal(node.id, id);
        assert.ok(!instances.has(id) && !broken.has(id), id);
        for (const { source } of node.inputs) assert.ok(!instances.has(source.node), `${id} to ${source.node}`);
        assert.equal(new Set(node.inputs.map(({ port }) => port)).size, node.inputs.length, "no port is fed twice");
      }
      for (const { outputs } of instances.values())
        for (const { node } of outputs.values()) assert.ok(!instances.has(node), node);
    }),
    { numRuns: 1_000 },
  );
});
