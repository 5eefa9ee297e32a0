import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadPack } from "../pack/load-pack.ts";
import { checkpoint, fixtures } from "./checkpoint.fixture.ts";
import { type Beside, recognise } from "./recognise.ts";
import { openTemplates } from "./template.ts";

const draft = async ({ from }: ReturnType<typeof checkpoint>, beside: Beside = {}) =>
  recognise(await openTemplates(join(fixtures, "templates")), from, beside);

for (const [name, title] of [
  ["small-karlo", "unCLIP"],
  ["small-kandinsky-2-2-prior", "Kandinsky prior"],
  ["small-clip", "CLIP"],
] as const)
  test(`${name} is recognised as a ${title}`, async (context) => {
    assert.equal((await draft(checkpoint(context, name))).title, title);
  });

test("a pack is not named for a folder that has all it needs", async (context) => {
  const like = await loadPack(join(fixtures, "random-pack"));
  for (const name of ["small-karlo", "small-kandinsky-2-2-prior", "small-clip"]) {
    const given = checkpoint(context, name);
    await assert.rejects(draft(given, { like }), {
      name: "PackError",
      message: `${given.from} has all that its pack needs, and takes nothing of "random-pack".`,
      remedy: "Leave out --for.",
    });
  }
});

test("a folder with neither index nor configuration is no checkpoint", async (context) => {
  const given = checkpoint(context, "small-clip");
  rmSync(join(given.from, "config.json"));
  await assert.rejects(draft(given), {
    name: "PackError",
    message: `${given.from} is no checkpoint that can be read: it has none of model_index.json, config.json, open_clip_config.json and prior_config.json.`,
    remedy: "Name the folder that holds all parts of the checkpoint, as diffusers or transformers wrote it.",
  });
});

test("a configuration that names no class is refused, by its file", async (context) => {
  for (const [name, file] of [
    ["small-karlo", "model_index.json"],
    ["small-clip", "config.json"],
  ] as const) {
    const given = checkpoint(context, name);
    given.changeJson(file, ({ _class_name: _, architectures: __, ...rest }) => rest);
    await assert.rejects(draft(given), {
      name: "PackError",
      message: `${join(given.from, file)} names no class: neither "_class_name" nor "architectures".`,
      remedy: "Import a folder that diffusers or transformers wrote.",
    });
  }
});

/** The refusal of a folder whose index or configuration is of that class. */
async function refused(context: TestContext, [name, file]: readonly [string, string], className: string) {
  const given = checkpoint(context, name);
  given.changeJson(file, (json) => ({ ...json, _class_name: className }));
  await assert.rejects(draft(given), (error: Error & { remedy?: string }) => {
    assert.equal(error.message, `${given.from} holds a ${className}, which cannot be imported.`);
    for (const known of ["UnCLIPPipeline", "KandinskyV22PriorPipeline", "CLIPModel", "PriorTransformer"])
      assert.ok(error.remedy?.includes(known), error.remedy);
    return true;
  });
}

test("a network is no pipeline and a pipeline no network, nor is what every object has", async (context) => {
  for (const className of ["CLIPModel", "constructor"])
    await refused(context, ["small-karlo", "model_index.json"], className);
  for (const className of ["UnCLIPPipeline", "toString"])
    await refused(context, ["small-clip", "config.json"], className);
});
