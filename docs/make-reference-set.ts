// Makes workflows/reference/held-out.npy: the CLIP embeddings of the 64 renders of test/fixtures/held-out, which no network of the toybox
// was trained on: node_modules/node/bin/node docs/make-reference-set.ts
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeNpy } from "../nodes/src/kinds/npy.ts";
import { embedHeldOut } from "../test/bench/embed-held-out.ts";

const file = join(import.meta.dirname, "..", "workflows", "reference", "held-out.npy");
const rows = await embedHeldOut(64);
const width = rows[0]!.length;
const numbers = new Float32Array(rows.length * width);
for (const [i, row] of rows.entries()) numbers.set(row, i * width);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, writeNpy(numbers, rows.length, width));
