import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arrange } from "./arrange.ts";
import type { Card, Graph, Places } from "./graph.ts";
import { spread } from "./spread.ts";

const card = (id: string, height = 200, width = 256): Card => ({ id, width, height });
const link = (from: string, to: string) => ({ from, to });

const boxOf = ({ id, width, height }: Card, places: Places) => {
  const { x, y } = places.get(id)!;
  return { id, left: x, top: y, right: x + width, bottom: y + height };
};

function overlaps(cards: readonly Card[], places: Places): string[] {
  const boxes = cards.map((one) => boxOf(one, places)).sort((a, b) => a.left - b.left);
  return boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter((b) => b.left < a.right && b.top < a.bottom && a.top < b.bottom)
      .map((b) => `${a.id} on ${b.id}`),
  );
}

test("a chain stands in one line from left to right, with its tops at one height whatever the heights", () => {
  const cards = [card("c", 420), card("a"), card("b", 90)];
  const places = arrange({ cards, links: [link("a", "b"), link("b", "c")] });
  const [a, b, c] = ["a", "b", "c"].map((id) => places.get(id)!);
  assert.deepEqual([a!.y, b!.y, c!.y], [0, 0, 0]);
  assert.ok(a!.x + 256 < b!.x && b!.x + 256 < c!.x);
});

test("50 chains that nothing joins make a block, not a line", () => {
  const cards = Array.from({ length: 250 }, (_, i) => card(`n${i}`, 120 + (i % 5) * 60));
  const links = cards.flatMap((_, i) => (i % 5 === 0 ? [] : [link(`n${i - 1}`, `n${i}`)]));
  const places = arrange({ cards, links });
  const boxes = cards.map((one) => boxOf(one, places));
  const width = Math.max(...boxes.map(({ right }) => right));
  const height = Math.max(...boxes.map(({ bottom }) => bottom));
  assert.ok(width / height > 0.7 && width / height < 3, `${width} by ${height}`);
  assert.deepEqual(overlaps(cards, places), []);
});

test("links to cards that are not there, and from a card to itself, change nothing", () => {
  const cards = [card("a"), card("b")];
  const plain = arrange({ cards, links: [link("a", "b")] });
  assert.deepEqual(arrange({ cards, links: [link("a", "b"), link("x", "b"), link("a", "a")] }), plain);
  assert.deepEqual(arrange({ cards: [], links: [] }), new Map());
});

const graphs = fc
  .record({
    sizes: fc.array(fc.tuple(fc.integer({ min: 40, max: 900 }), fc.integer({ min: 40, max: 600 })), {
      minLength: 1,
      maxLength: 40,
    }),
    links: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 }),
  })
  .map(({ sizes, links }): Graph => {
    const cards = sizes.map(([height, width], i) => card(`n${i}`, height, width));
    const at = (i: number) => i % cards.length;
    return { cards, links: links.map(([a, b]) => link(`n${at(a)}`, `n${at(b)}`)) };
  });

test("no two cards overlap, all have a place, and the same graph has the same places", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const places = arrange(graph);
      assert.deepEqual([...places.keys()].sort(), graph.cards.map(({ id }) => id).sort());
      assert.deepEqual(overlaps(graph.cards, places), []);
      const least = (axis: "x" | "y") => Math.min(...[...places.values()].map((place) => place[axis]));
      assert.deepEqual([least("x"), least("y")], [0, 0]);
      assert.deepEqual(arrange(graph), places);
    }),
  );
});

test("in a graph without circles every link leads to the right", () => {
  const acyclic = graphs.map(({ cards, links }) => ({
    cards,
    links: links
      .map(({ from, to }) => [Number(from.slice(1)), Number(to.slice(1))] as const)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => link(`n${Math.min(a, b)}`, `n${Math.max(a, b)}`)),
  }));
  fc.assert(
    fc.property(acyclic, (graph) => {
      const places = arrange(graph);
      const width = new Map(graph.cards.map((one) => [one.id, one.width]));
      for (const { from, to } of graph.links)
        assert.ok(places.get(from)!.x + width.get(from)! < places.get(to)!.x, `${from} to ${to}`);
    }),
  );
});

test("things are spread as near as can be to where they are wanted", () => {
  const high = (...heights: number[]) => heights.map((height) => ({ height }));
  assert.deepEqual(spread(high(10, 10), [0, 50], 5), [0, 50]);
  assert.deepEqual(spread(high(10, 10), [20, 20], 5), [12.5, 27.5]);
  assert.deepEqual(spread(high(10, 20, 10), [0, 0, 100], 5), [-7.5, 7.5, 100]);
  assert.deepEqual(spread([], [], 5), []);
});

test("a chain of thousands of nodes is laid out, though it is longer than any recursion reaches, and so is a large part with a circle", () => {
  const cards = Array.from({ length: 4_000 }, (_, i) => card(`n${i}`));
  const chain = cards.slice(1).map(({ id }, i) => link(`n${i}`, id));
  const places = arrange({ cards, links: chain });
  assert.ok(cards.every(({ id }, i) => i === 0 || places.get(id)!.x > places.get(`n${i - 1}`)!.x));
  const fans = cards.slice(1).map(({ id }, i) => link(`n${Math.floor(i / 3)}`, id));
  const wide = arrange({ cards, links: [...fans, link("n3999", "n0")] });
  assert.equal(wide.size, cards.length);
  assert.deepEqual(overlaps(cards, wide), []);
  assert.deepEqual(arrange({ cards, links: [...fans, link("n3999", "n0")] }), wide);
});
