import assert from "node:assert/strict";
import { test } from "node:test";
import { testCatalogue } from "../testing/catalogue.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { createOffer } from "./offer.ts";

test("the server's node types, packs and templates are loaded together, the best template first", async () => {
  const offer = createOffer(new FakeServer().api);
  assert.equal(offer.get().catalogue.size, 0);
  const loaded = await offer.load();
  assert.equal(loaded, offer.get());
  assert.equal(loaded.catalogue.size, testCatalogue.size);
  assert.deepEqual(
    loaded.packs.map(({ name }) => name),
    ["toybox", "broken"],
  );
  assert.deepEqual(
    loaded.templates.map(({ id }) => id),
    ["text-to-image", "other"],
  );
});

test("what could not be loaded leaves the offer as it was", async () => {
  const server = new FakeServer();
  const offer = createOffer(server.api);
  server.refuseNext("packs");
  await assert.rejects(offer.load());
  assert.equal(offer.get().catalogue.size, 0);
  await offer.load();
  assert.ok(offer.get().catalogue.size > 0);
});
