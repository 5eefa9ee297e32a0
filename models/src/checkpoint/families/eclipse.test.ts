import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { PackError } from "../../fields/pack-error.ts";
import { loadPack } from "../../pack/load-pack.ts";
import type { Prior } from "../../stages/prior.ts";
import { checkpoint } from "../checkpoint.fixture.ts";

/** A pack with the text encoder. */
async function karlo(context: TestContext) {
  const { folder } = await checkpoint(context).import({ name: "karlo", packs: checkpoint(context).packs });
  return loadPack(folder);
}

const problem = (message: RegExp) => (error: unknown) => error instanceof PackError && message.test(error.message);

test("a prior that stands alone lies in the space and reads the captions of the pack that is named", async (context) => {
  const like = await karlo(context);
  const { folder, notes } = await checkpoint(context, "small-eclipse").import({ like });
  const { manifest, tokenizers } = await loadPack(folder);
  assert.deepEqual(Object.keys(manifest.stages), ["prior"]);
  assert.equal((manifest.stages.prior as Prior).scheduler, "once");
  assert.deepEqual([manifest.spaces, manifest.texts], [like.manifest.spaces, like.manifest.texts]);
  const caption = (pack: { readonly clip?: (typeof tokenizers)[string] }) => pack.clip!.encode("A red cube");
  assert.deepEqual(caption(tokenizers), caption(like.tokenizers));
  assert.match(notes.join(), /captions of "karlo"/);
});

test("without a pack the prior says what it needs", async (context) => {
  const importing = checkpoint(context, "small-eclipse").import();
  await assert.rejects(importing, problem(/captions of 8 tokens in a space of 16 numbers.*does not say/));
});

test("a pack whose captions are of another size is refused by name", async (context) => {
  const like = await karlo(context);
  const { texts } = like.manifest;
  const longer = { ...like, manifest: { ...like.manifest, texts: { clip: { ...texts.clip!, contextLength: 9 } } } };
  const importing = checkpoint(context, "small-eclipse").import({ like: longer });
  await assert.rejects(importing, problem(/which the pack "karlo" does not have/));
});

test("a sampled prior without its scheduler is not taken for one of a single call", async (context) => {
  const given = checkpoint(context, "small-karlo");
  const importing = given.import({ from: `${given.from}/prior`, like: await karlo(context) });
  await assert.rejects(importing, problem(/sampled, without the scheduler/));
});
