import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPlot } from "./draw-plot.ts";
import { plot } from "./plot.ts";
import type { PlotValue } from "./plot-data.ts";

const lines = (title: string, names: readonly string[]): PlotValue => ({
  ...{ plot: "line", title, xLabel: "x", yLabel: "y" },
  series: names.map((name) => ({ name, x: [0, 1], y: [1, 2] })),
});

test("a text with characters that XML does not allow is drawn without them, and its data keep them", async () => {
  const title = "a\u0000\u0001\ufffeb <i> & \u{1f600}";
  assert.match(drawPlot(lines(title, ["s"])), />a\ufffd\ufffd\ufffdb &lt;i&gt; &amp; \u{1f600}</u);
  const [svg, png, csv] = await plot.publish(lines("t", ["\u0001", "s"]));
  assert.deepEqual([svg!.ending, png!.ending], [".svg", ".png"]);
  assert.ok(new TextDecoder().decode(csv!.bytes).includes("\u0001"));
});

test("row names of a heat map stand within the picture, every word of them", () => {
  const name = "a large red metal ball on top of a small blue cube";
  const heat: PlotValue = {
    ...{ plot: "heat-map", title: "t", xLabel: "", yLabel: "", columns: ["a"], rows: [name, "b"], values: [1, 2] },
  };
  const drawn = [...drawPlot(heat).matchAll(/<text[^>]*text-anchor="end"[^>]*translate\(([\d.]+)[^>]*>([^<]+)</g)];
  const lines = drawn.filter(([, , text]) => name.includes(text!.trim()) && text!.length > 4);
  assert.equal(lines.map(([, , text]) => text!.trim()).join(" "), name);
  // A letter of this size takes about 7 pixels.
  for (const [, x, text] of lines) assert.ok(Number(x) - 7 * text!.trim().length > 0, `${text} ends at ${x}`);
});

test("three hundred letters of a text are drawn, however many it has", async () => {
  const all = "\u{1f600}".repeat(300);
  assert.ok(drawPlot(lines(all, ["s"])).includes(`>${all}<`));
  const svg = drawPlot(lines(`${all}\u{1f600}`, ["x".repeat(100_000), "s"]));
  assert.ok(svg.includes(`>${all}…<`) && svg.includes(`>${"x".repeat(300)}…<`));
  assert.ok(svg.length < 20_000);
});
