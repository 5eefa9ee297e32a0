import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { checkpoint, fixtures } from "../checkpoint.fixture.ts";
import { openTemplates } from "../template.ts";
import { unclip } from "./unclip.ts";

const components = new Set(["prior"]);
const library = () => openTemplates(join(fixtures, "templates"));

test("each stage has its authors' steps and guidance, and the last network finishes the upsampler", async (context) => {
  const { stages } = await unclip(await library(), checkpoint(context).from, { components });
  const defaults = Object.entries(stages).flatMap(([name, { section }]) =>
    section.defaults ? [[name, section.defaults]] : [],
  );
  assert.deepEqual(defaults, [
    ["prior", { steps: 25, guidanceScale: 4 }],
    ["decoder", { steps: 25, guidanceScale: 8 }],
    ["upsampler-256", { steps: 7 }],
  ]);
  assert.deepEqual(stages["upsampler-256-last"]!.section, { finishes: "upsampler-256" });
});

test("the upsampler enlarges what the decoder makes", async (context) => {
  const given = checkpoint(context);
  given.changeJson("decoder/config.json", (json) => ({ ...json, sample_size: 24 }));
  given.changeJson("super_res_first/config.json", (json) => ({ ...json, sample_size: 96 }));
  const { stages } = await unclip(await library(), given.from, { components });
  assert.deepEqual(stages.decoder!.section.sample, { channels: 3, size: 24 });
  assert.deepEqual(stages["upsampler-256"]!.section.enlarges, { size: 24, place: 1 });
  assert.deepEqual(stages["upsampler-256"]!.section.sample, { channels: 3, size: 96 });
});

test("a decoder that does not say its pictures' size is refused", async (context) => {
  const given = checkpoint(context);
  given.changeJson("decoder/config.json", (json) => ({ ...json, sample_size: null }));
  await assert.rejects(unclip(await library(), given.from, { components }), {
    name: "PackError",
    message: `${join(given.from, "decoder", "config.json")} says sample_size: null, but must say a number.`,
    remedy: "Download the folder again.",
  });
});

test("a prior that the index leaves out is not read, though its folder be there", async (context) => {
  const { stages } = await unclip(await library(), checkpoint(context).from, { components: new Set() });
  assert.ok(!("prior" in stages) && "decoder" in stages);
});
