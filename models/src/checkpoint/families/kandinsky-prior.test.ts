import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkpoint, fixtures } from "../checkpoint.fixture.ts";
import { openTemplates } from "../template.ts";
import { kandinskyPrior } from "./kandinsky-prior.ts";

const read = async (folder: string) => kandinskyPrior(await openTemplates(join(fixtures, "templates")), folder);

test("both towers and the prior are of one space, and the prior is sampled with the folder's scheduler", async (context) => {
  const { stages, spaces } = await read(checkpoint(context, "small-kandinsky-2-2-prior").from);
  assert.deepEqual(Object.keys(stages), ["clip-text", "clip-image", "prior"]);
  for (const { section } of Object.values(stages)) assert.equal(section.space, "clip");
  assert.equal(spaces.clip!.image!.size, 16);
  const { scheduler, defaults, normalisation } = stages.prior!.section as {
    readonly [field: string]: { readonly [inner: string]: unknown };
  };
  assert.equal(scheduler!.spacing, "unclip");
  assert.deepEqual(defaults, { steps: 25, guidanceScale: 4 });
  assert.deepEqual(
    [normalisation!.mean, normalisation!.std].map((numbers) => (numbers as number[]).length),
    [16, 16],
  );
});

for (const part of ["scheduler/scheduler_config.json", "image_processor/preprocessor_config.json"])
  test(`a folder without its ${part} is refused`, async (context) => {
    const { from } = checkpoint(context, "small-kandinsky-2-2-prior");
    rmSync(join(from, part));
    const message = `${join(from, part)} is missing.`;
    await assert.rejects(read(from), { name: "PackError", message, remedy: "Download the folder again." });
  });
