// `npm run paper`: tries claims of the paper and writes docs/reproduction.md. With names of claims it only prints what they find.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Claim } from "./claim.ts";
import { claims } from "./claims/index.ts";
import { make } from "./make.ts";
import { fullSamples, reproductionPage, type Tried } from "./page.ts";
import { writeSheet } from "./sheet.ts";

const root = join(import.meta.dirname, "..", "..");
const kept = join(root, ".clipwork", "paper");
const leastSeeds = 4;

const tell = (text: string) => process.stderr.write(`${text}\n`);

/** Runs a claim's workflow with as many seeds as the samples allow, four at least, and reads what it made. */
async function tryClaim(name: string, claim: Claim, samples: number, images: string): Promise<Tried> {
  const count = Math.max(leastSeeds, Math.floor(samples / claim.pictures));
  const start = performance.now();
  const made = await make({
    file: join(root, "workflows", claim.workflow),
    settings: claim.settings(count),
    data: join(kept, "data"),
    out: join(kept, "out", name),
  });
  const seconds = (performance.now() - start) / 1000;
  const finding = claim.read(made);
  await writeSheet(
    join(images, `${name}.webp`),
    finding.pictures.map(([, files]) => files),
  );
  const painted = count * claim.pictures;
  tell(`${name}: ${painted} pictures, ${seconds.toFixed(0)} s`);
  return { name, claim, finding, painted };
}

const { values, positionals } = parseArgs({
  options: { samples: { type: "string", default: String(fullSamples) } },
  allowPositionals: true,
});
const samples = Number(values.samples);
const unknown = positionals.find((name) => !Object.hasOwn(claims, name));
if (!Number.isSafeInteger(samples) || samples < 1) {
  tell(`--samples is "${values.samples}", but must be a number of pictures for each claim, such as ${fullSamples}.`);
  process.exitCode = 2;
} else if (unknown !== undefined) {
  tell(`There is no claim "${unknown}": use ${Object.keys(claims).join(", ")}.`);
  process.exitCode = 2;
} else {
  const whole = positionals.length === 0;
  const names = whole ? Object.keys(claims) : positionals;
  const images = whole ? join(root, "docs", "images", "reproduction") : join(kept, "images");
  const intro = whole ? readFileSync(join(import.meta.dirname, "intro.md"), "utf8") : "";
  const tried: Tried[] = [];
  const page = () => reproductionPage(tried, { samples, of: names.length, intro });
  for (const name of names) {
    tried.push(await tryClaim(name, claims[name]!, samples, images));
    // After each claim: a long reproduction shows how far it has come.
    if (whole) writeFileSync(join(root, "docs", "reproduction.md"), page());
  }
  if (!whole) process.stdout.write(page());
}
