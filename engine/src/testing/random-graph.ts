import fc from "fast-check";
import { node } from "./index.ts";

export type Nodes = { [id: string]: ReturnType<typeof node> };

/**
 * Random acyclic graphs of `testNodes`, most of them valid: every node links to earlier ones, or to none if there are none.
 */
export const graph: fc.Arbitrary<Nodes> = fc
  .array(
    fc.record({
      kind: fc.nat(10),
      a: fc.nat(99),
      b: fc.nat(99),
      value: fc.integer({ min: 0, max: 3 }),
      linked: fc.boolean(),
    }),
    {
      minLength: 1,
      maxLength: 14,
    },
  )
  .map((picks) => {
    const nodes: Nodes = { n: node("math.constant", { value: 1 }) };
    const outputs = ["n.value"];
    const truths: string[] = [];
    picks.forEach(({ kind, a, b, value, linked }, i) => {
      const id = `n${i}`;
      const from = outputs[a % outputs.length]!;
      const other = outputs[b % outputs.length]!;
      const which = linked && truths.length > 0 ? { which: truths[b % truths.length]! } : {};
      const also = linked ? { b: other } : {};
      const made = [
        () => node("math.constant", { value }),
        () => node("math.add", { b: value }, { a: from, ...also }),
        () => node("list.range", { count: value }, linked ? { first: from } : {}),
        () => node("list.sum", {}, { values: from }),
        () => node("test.fail", { at: value }, { value: from }),
        () => node("util.reroute", {}, { value: from }, linked ? { mode: "bypass" } : {}),
        () => node("output.show", {}, { value: from }),
        () => node("test.truth", {}, { a: from }),
        () => node("test.pick", { which: value > 1 }, { yes: from, no: other, ...which }),
        () => node("test.halve", { how: value > 1 ? "half" : "twice" }, { half: from, twice: other }),
        () => node("test.pairs", {}, { a: from, b: other }),
      ][kind]!();
      nodes[id] = made;
      if (made.type === "test.truth") truths.push(`${id}.value`);
      else if (made.type === "test.pairs") outputs.push(`${id}.a`, `${id}.b`);
      else if (made.type === "list.range") outputs.push(`${id}.values`, `${id}.count`);
      else if (made.type !== "output.show") outputs.push(`${id}.value`);
    });
    nodes.show = node("output.show", {}, { value: outputs.at(-1)! });
    return nodes;
  });
