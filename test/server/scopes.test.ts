// The page refuses by itself exactly what the server would: its table of scopes is the server's, call by call.
import assert from "node:assert/strict";
import { test } from "node:test";
import { routeScopes } from "../../server/src/access/scopes.ts";
import { neededScopes } from "../../ui/src/editor/within-scope.ts";
import { type Api, createApi } from "../../ui/src/server/api.ts";

/** The route that a call of the page asks. */
async function routeOf(call: keyof Api): Promise<string> {
  let asked = "";
  const api = createApi(async (address, request) => {
    const path = new URL(String(address)).pathname.replace("/api/v1", "");
    asked = `${request!.method!.toLowerCase()} ${path}`;
    return new Response("{}");
  }, "http://server");
  await (api[call] as (...given: unknown[]) => Promise<unknown>)(
    ...(call === "upload" ? [new Blob([])] : ["id", {}, {}]),
  );
  if (Object.hasOwn(routeScopes, asked)) return asked;
  const found = Object.keys(routeScopes).filter((route) =>
    new RegExp(`^${route.replace(/:[a-z]+/g, "[^/]+")}$`).test(asked),
  );
  assert.equal(found.length, 1, `${call} asks ${asked}, which is one route of the table`);
  return found[0]!;
}

test("each call of the page needs the scope that its route needs on the server", async () => {
  const calls = Object.keys(createApi(fetch)) as (keyof Api)[];
  assert.ok(calls.length > 30);
  const inPage = calls.map((call) => [call, neededScopes[call] ?? "view"]);
  const onServer = await Promise.all(calls.map(async (call) => [call, routeScopes[await routeOf(call)]]));
  assert.deepEqual(inPage, onServer);
});
