import assert from "node:assert/strict";
import { test } from "node:test";
import { drawMap } from "./draw-map.ts";

const axes = ["across <&>", "up"] as const;
const circles = (svg: string) =>
  [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));

test("dots lie inside the frame with one scale for both axes, y upwards, under axes that say what they are", async () => {
  const svg = await drawMap({ axes, points: Float32Array.of(0, 0, 4, 0, 0, 1), labels: [] });
  const [origin, right, above] = circles(svg);
  assert.ok(right!.x > origin!.x && right!.y === origin!.y);
  assert.ok(above!.y < origin!.y && above!.x === origin!.x);
  assert.ok(Math.abs((right!.x - origin!.x) / (origin!.y - above!.y) - 4) < 0.01);
  for (const { x, y } of [origin!, right!, above!]) assert.ok(x > 48 && x < 852 && y > 28 && y < 832);
  assert.ok(svg.includes("across &lt;&amp;&gt;") && svg.includes(">up<"));
  assert.doesNotMatch(svg, /<title>|<image/);
});

test("points at one place, and on a line, are drawn in the middle", async () => {
  const [one] = circles(await drawMap({ axes, points: Float32Array.of(7, 7), labels: [] }));
  assert.deepEqual(one, { x: 450, y: 430 });
  const line = circles(await drawMap({ axes, points: Float32Array.of(1, 5, 2, 5, 3, 5), labels: [] }));
  assert.deepEqual(
    line.map(({ y }) => y),
    [430, 430, 430],
  );
});

test("a label is a title of its own dot, as text", async () => {
  const labels = ['"quoted" & <b>', "plain"];
  const svg = await drawMap({ axes, points: Float32Array.of(0, 0, 1, 1), labels });
  assert.equal(svg.match(/<title>/g)?.length, 2);
  assert.ok(svg.includes('<title>"quoted" &amp; &lt;b&gt;</title>'));
});
