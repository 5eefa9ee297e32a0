import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BoxIndex } from "./box-index.ts";
import { type Box, boxAt, boxBetween, overlap, type Point } from "./geometry.ts";
import { Lanes } from "./lanes.ts";
import { type Ground, looseWay, routeLink, type Way } from "./route.ts";
import { searchWay } from "./search-way.ts";

const size = { width: 240, height: 200 };

function groundOf(cards: readonly Box[]): Ground & { readonly all: readonly Box[] } {
  const index = new BoxIndex<string>();
  for (const [i, card] of cards.entries()) index.set(`n${i}`, card);
  return { cards: index, lanes: new Lanes(), all: cards };
}

const output = (card: Box, row = 0): Point => ({ x: card.right, y: card.top + 48 + 24 * row });
const input = (card: Box, row = 0): Point => ({ x: card.left, y: card.top + 48 + 24 * row });

/** Routes a link from one card to another and puts it on the ground. */
function link(ground: Ground & { readonly all: readonly Box[] }, a: number, b: number, [out, into] = [0, 0]): Way {
  const [source, target] = [ground.all[a]!, ground.all[b]!];
  const net = `${a}.${out}`;
  const way = routeLink({ net, from: output(source, out), to: input(target, into), source, target }, ground);
  ground.lanes.add(net, way.points, way);
  return way;
}

const piecesOf = (points: readonly Point[]) => points.slice(1).map((to, i) => [points[i]!, to] as const);

/** What every way has: it leaves to the right, arrives from the left, and has right angles alone. */
function assertProper({ points }: Way, from: Point, to: Point): void {
  const said = JSON.stringify(points);
  assert.deepEqual(points[0], from, said);
  assert.deepEqual(points.at(-1), to, said);
  assert.ok(points[1]!.x > from.x && points[1]!.y === from.y, `leaves to the right: ${said}`);
  assert.ok(points.at(-2)!.x < to.x && points.at(-2)!.y === to.y, `arrives from the left: ${said}`);
  for (const [a, b] of piecesOf(points)) assert.ok((a.x === b.x) !== (a.y === b.y), `straight lines: ${said}`);
}

function behind({ points }: Way, cards: readonly Box[]): Box | undefined {
  return cards.find((card) => piecesOf(points).some(([a, b]) => overlap(card, thick(boxBetween(a, b)))));
}

/** A line has a width; its ends are in the edges of cards. */
function thick({ left, top, right, bottom }: Box): Box {
  return { left: left + 0.5, top: top - 0.5, right: right - 0.5, bottom: bottom + 0.5 };
}

test("sockets at one height are joined by a straight line, others by one turn in the gap between", () => {
  const ground = groundOf([
    boxAt({ x: 0, y: 0 }, size),
    boxAt({ x: 300, y: 0 }, size),
    boxAt({ x: 300, y: 240 }, size),
  ]);
  assert.deepEqual(link(ground, 0, 1).points, [
    { x: 240, y: 48 },
    { x: 300, y: 48 },
  ]);
  const turned = link(ground, 0, 2, [1, 0]);
  assert.deepEqual(turned.points, [
    { x: 240, y: 72 },
    { x: 270, y: 72 },
    { x: 270, y: 288 },
    { x: 300, y: 288 },
  ]);
});

test("a link back goes around both cards as a loop", () => {
  const ground = groundOf([boxAt({ x: 0, y: 0 }, size), boxAt({ x: 300, y: 0 }, size)]);
  const way = link(ground, 1, 0);
  assertProper(way, output(ground.all[1]!), input(ground.all[0]!));
  assert.equal(way.clear, true);
  assert.equal(behind(way, ground.all), undefined);
  assert.equal(way.points.length, 6);
});

test("a link to a node's own input goes around it", () => {
  const ground = groundOf([boxAt({ x: 0, y: 0 }, size)]);
  const way = link(ground, 0, 0);
  assert.equal(behind(way, ground.all), undefined);
});

test("links of different outputs have lines of their own; those of one output share theirs", () => {
  const ground = groundOf([
    boxAt({ x: 0, y: 0 }, size),
    boxAt({ x: 300, y: 300 }, size),
    boxAt({ x: 300, y: 600 }, size),
  ]);
  const one = link(ground, 0, 1);
  const same = link(ground, 0, 2);
  const other = link(ground, 0, 1, [1, 1]);
  assert.equal(one.points[1]!.x, same.points[1]!.x);
  assert.ok(Math.abs(other.points[1]!.x - one.points[1]!.x) >= 7, `${other.points[1]!.x} beside ${one.points[1]!.x}`);
});

test("a socket that is walled in is linked all the same, and the way says that it is not clear", () => {
  const ground = groundOf([boxAt({ x: 0, y: 0 }, size), boxAt({ x: 100, y: 20 }, size), boxAt({ x: 400, y: 0 }, size)]);
  const way = link(ground, 0, 2);
  assert.equal(way.clear, false);
  assertProper(way, output(ground.all[0]!), input(ground.all[2]!));
});

test("a card that lies over the last bit before a socket hides it as any other", () => {
  const ground = groundOf([
    boxAt({ x: 0, y: 0 }, size),
    boxAt({ x: 1101, y: 0 }, size),
    boxAt({ x: 1100, y: 0 }, size),
  ]);
  assert.equal(link(ground, 0, 1).clear, false);
});

/** Cards in columns and rows with gaps between them, some of them missing. */
const graphs = fc
  .record({
    columns: fc.integer({ min: 2, max: 7 }),
    rows: fc.integer({ min: 1, max: 7 }),
    heights: fc.array(fc.integer({ min: 120, max: 420 }), { minLength: 49, maxLength: 49 }),
    there: fc.array(fc.boolean(), { minLength: 49, maxLength: 49 }),
    ends: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 30 }),
  })
  .map(({ columns, rows, heights, there, ends }) => {
    const cards: Box[] = [];
    for (let x = 0; x < columns; x++)
      for (let y = 0; y < rows; y++) {
        const i = x * 7 + y;
        if (there[i] || i === 0) cards.push(boxAt({ x: x * 300, y: y * 470 }, { width: 240, height: heights[i]! }));
      }
    return { cards, ends };
  });

test("whatever is linked with whatever, no link lies behind a card, and all have a way", () => {
  fc.assert(
    fc.property(graphs, ({ cards, ends }) => {
      const ground = groundOf(cards);
      for (const [a, b, out, into] of ends) {
        const [i, j] = [a % cards.length, b % cards.length];
        const way = link(ground, i, j, [out, into]);
        assert.equal(way.clear, true, `${i} to ${j}`);
        assert.equal(behind(way, cards), undefined, `${i} to ${j}: ${JSON.stringify(way.points)}`);
        assertProper(way, output(cards[i]!, out), input(cards[j]!, into));
      }
    }),
    { numRuns: 200 },
  );
});

test("a link that says it is clear lies behind no card, wherever the cards stand", () => {
  const place = fc.integer({ min: 0, max: 1500 });
  const card = fc.tuple(place, place).map(([x, y]) => boxAt({ x, y }, size));
  fc.assert(
    fc.property(fc.array(card, { minLength: 2, maxLength: 14 }), (cards) => {
      const way = link(groundOf(cards), 0, 1);
      assertProper(way, output(cards[0]!), input(cards[1]!));
      if (way.clear) assert.equal(behind(way, cards), undefined, JSON.stringify(way.points));
    }),
    { numRuns: 300 },
  );
});

test("a link in the hand has right angles too, wherever the pointer is", () => {
  const place = fc.integer({ min: -900, max: 900 });
  const point = fc.record({ x: place, y: place });
  fc.assert(
    fc.property(point, point, (from, to) => {
      const points = looseWay(from, to);
      for (const [a, b] of piecesOf(points)) assert.ok(a.x === b.x || a.y === b.y, JSON.stringify(points));
    }),
  );
});

test("a link that is walled in costs no more than one that is not, and runs behind the wall", () => {
  // Rows so close that nothing passes between them, around the card that is linked.
  const wall: Box[] = [];
  for (let x = 0; x < 12; x++)
    for (let y = 0; y < 12; y++) wall.push(boxAt({ x: x * 242, y: y * 202 }, { width: 240, height: 200 }));
  const looked = { cards: 0 };
  class Counted extends BoxIndex<string> {
    override any(box: Box): boolean {
      looked.cards++;
      return super.any(box);
    }
  }
  const cards = new Counted();
  for (const [i, card] of wall.entries()) cards.set(`n${i}`, card);
  const [source, target] = [wall[5]!, wall[140]!];
  const ends = { net: "a.b", from: output(source), to: input(target), source, target };
  const way = routeLink(ends, { cards, lanes: new Lanes() });
  assert.equal(way.clear, false);
  assertProper(way, output(source), input(target));
  assert.ok(looked.cards <= 2, `${looked.cards} looks among the cards`);
});

test("a search in a maze ends after a bounded number of places", () => {
  // Gaps that are wide enough to run in, and no way out of them: a closed ring around the target.
  const cards: Box[] = [];
  for (let x = 0; x < 14; x++)
    for (let y = 0; y < 14; y++) cards.push(boxAt({ x: x * 300 + (y % 2) * 90, y: y * 260 }, size));
  const at = { x: 6_000, y: 1_000 };
  const ring = [
    boxAt({ x: at.x - 80, y: at.y - 80 }, { width: 400, height: 20 }),
    boxAt({ x: at.x - 80, y: at.y + 280 }, { width: 400, height: 20 }),
    boxAt({ x: at.x - 80, y: at.y - 80 }, { width: 20, height: 380 }),
    boxAt({ x: at.x + 300, y: at.y - 80 }, { width: 20, height: 380 }),
  ];
  let looks = 0;
  const counted = [...cards, ...ring].map((card) => ({
    ...card,
    get left() {
      looks++;
      return card.left;
    },
  }));
  assert.equal(searchWay({ x: 260, y: 100 }, { x: at.x - 20, y: at.y + 40 }, counted, 3), undefined);
  assert.ok(looks < 400_000, `${looks} looks`);
});
