import assert from "node:assert/strict";
import { test } from "node:test";
import type { Claim } from "./claim.ts";
import { reproductionPage } from "./page.ts";

const claim: Claim = {
  title: "Cubes are red",
  source: "figure 1",
  paper: "Cubes are red.",
  workflow: "paper/cubes.json",
  pictures: 2,
  settings: () => ({}),
  read: () => ({ measured: [], comparisons: [], pictures: [] }),
};
const estimate = (value: number, low: number, high: number) => ({ value, low, high });

test("the page prints each figure with its interval, and what speaks against the paper as loudly", () => {
  const finding = {
    measured: [{ name: "red", estimate: estimate(0.25, 0.1, 0.45), items: 8 }],
    comparisons: [
      { name: "red above blue", difference: estimate(-0.5, -0.7, -0.2) },
      { name: "red above green", difference: estimate(0.3, 0.1, 0.5) },
    ],
    pictures: [["red cubes", ["a.png"]] as const],
    notes: ["All were cubes."],
  };
  const page = reproductionPage([{ name: "cubes", claim, finding, painted: 16 }], {
    samples: 20,
    of: 3,
    intro: "# Intro\n",
  });
  for (const line of [
    "# Intro",
    "These are the figures of `npm run paper -- --samples 20`: 1 of 3 claims, 16 pictures of 64 pixels. A short run, whose intervals are wide: the full one is `npm run paper`, 300 pictures a claim.",
    "| [Cubes are red](#cubes-are-red) | figure 1 | red above blue | -0.50 (-0.70 to -0.20) | **does not hold** |",
    "| [Cubes are red](#cubes-are-red) | figure 1 | red above green | 0.30 (0.10 to 0.50) | holds |",
    "| red | 0.25 (0.10 to 0.45) | 8 |",
    "![Cubes are red](images/reproduction/cubes.webp)",
    "All were cubes.",
    "Rows: red cubes.",
    "[workflows/paper/cubes.json](../workflows/paper/cubes.json), 16 pictures.",
  ])
    assert.ok(page.split("\n").includes(line), `${line}\n\n${page}`);
});
