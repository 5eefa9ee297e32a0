// Every route of the OpenAPI description, asked by those who may and those who may not: by its schemas, nearly so, and anyhow.
import assert from "node:assert/strict";
import fc from "fast-check";
import { includes, routeScopes, type Scope, scopes } from "../../server/src/access/scopes.ts";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { askRaw, isProblem } from "../server/raw.fixture.ts";
import { aroundSchema, fromSchema, type Known, resolved, type Schema } from "./from-schema.ts";
import type { Guarded } from "./guarded.ts";
import { mutants, numerals, oddNumerals } from "./mutants.ts";
import { pictures, type Target, workflowsNearly } from "./readers.ts";

/** A route as the description has it. */
type Operation = {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  /** Its body by media type. */
  readonly content: { readonly [type: string]: { readonly schema?: Schema } };
};

type Description = {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Schema } };
  readonly components: { readonly schemas: { readonly [name: string]: Schema } };
};

type Request = {
  readonly scope: Scope;
  readonly method: string;
  readonly route: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
};

/** Headers that say more than they should. A lying length is tried by other tests: node's client would hang with it. */
const oddHeaders = fc.dictionary(
  fc.constantFrom(
    ...[
      "range",
      "if-none-match",
      "accept",
      "accept-encoding",
      "content-encoding",
      "x-forwarded-for",
      "x-forwarded-host",
    ],
    ...["if-range", "cookie", "x-http-method-override", "sec-fetch-mode", "expect", "forwarded", "last-event-id"],
  ),
  fc.oneof(
    fc.constantFrom(
      ...["bytes=0-", "bytes=5-2", "bytes=-0", "bytes=0-0,2-3", "bytes=99999999999999999999-", "gzip", "br"],
    ),
    fc.constantFrom("100-continue", "clipwork=", "*", '"', "::1", "127.0.0.1, , x", "0"),
    fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 80 }),
  ),
  { maxKeys: 3 },
);

const weighted = <T>(...all: readonly (readonly [number, fc.Arbitrary<T>])[]) =>
  fc.oneof(...all.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** Requests to all routes. What removes all runs comes seldom, so that there are some. */
async function requestsOf(guarded: Guarded): Promise<fc.Arbitrary<Request>> {
  const known: Known = {
    texts: (like) =>
      [...guarded.ids, ...guarded.hashes, "random-pack", "7_00000000-0000-4000-8000-000000000000"].filter((one) =>
        like.test(one),
      ),
    anything: workflowsNearly,
  };
  const seen = await pictures();
  const bodyOf = (schema: Schema): fc.Arbitrary<string | Uint8Array> => {
    const text = aroundSchema(schema, known).map((value) => JSON.stringify(value));
    return weighted<string | Uint8Array>(
      [6, text],
      [2, fc.constant(JSON.stringify({ document: shortHierarchy() }))],
      [1, oddNumerals(text)],
      [1, text.chain((right) => mutants([Buffer.from(right)]))],
      [1, fc.constantFrom("", "null", "[]", '{"a":1,"a":2}', "[".repeat(300_000), `{"document":${"[".repeat(99_999)}`)],
    );
  };
  const requestOf = ({ method, path, parameters, content }: Operation): fc.Arbitrary<Request> => {
    const named = (place: string) => parameters.filter((one) => one.in === place);
    const odd = weighted<string>(
      [2, fc.webSegment()],
      [2, fc.string()],
      [1, fc.constantFrom("..", "%00", "a/../../b", "con", ...numerals.map((one) => one.slice(0, 999)))],
    );
    const texts = (schema: Schema, right: number) => weighted([right, fromSchema(schema, known).map(String)], [1, odd]);
    const inPath = fc.record(Object.fromEntries(named("path").map(({ name, schema }) => [name, texts(schema, 8)])));
    const inQuery = fc.record(Object.fromEntries(named("query").map(({ name, schema }) => [name, texts(schema, 3)])), {
      requiredKeys: [],
    });
    const [json, ...others] = Object.keys(content);
    const body =
      json === undefined
        ? fc.constant(undefined)
        : json === "application/json"
          ? bodyOf(content[json]!.schema!)
          : mutants(seen);
    const types = [...(json === undefined ? [] : [json]), ...others];
    return fc
      .record({
        scope: fc.constantFrom(...scopes),
        inPath,
        query: weighted(
          [4, inQuery.map((all) => String(new URLSearchParams(all as Record<string, string>)))],
          [1, fc.webQueryParameters()],
        ),
        body: weighted<string | Uint8Array | undefined>([9, body], [1, fc.constantFrom("{}", undefined)]),
        type: weighted(
          [9, fc.constantFrom(types[0] ?? "application/json", ...types)],
          [
            1,
            fc.constantFrom(
              "text/plain",
              "application/json; charset=utf-16",
              "application/json;charset",
              "multipart/form-data",
              "",
            ),
          ],
        ),
        headers: weighted([3, fc.constant({})], [1, oddHeaders]),
      })
      .map(({ scope, inPath: given, query, body: sent, type, headers }) => ({
        scope,
        method: method.toUpperCase(),
        route: `${method} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
        path: `/api/v1${path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given[name] ?? ""))}?${query}`,
        headers: { ...headers, ...(type === "" ? {} : { "content-type": type }) },
        ...(sent === undefined || method === "get" ? {} : { body: sent }),
      }));
  };
  const weightOf = ({ method, path }: Operation) => {
    if (method === "delete" || path === "/queue" || path === "/queue/cancel") return 1;
    return path.startsWith("/runs") ? 12 : 6;
  };
  return weighted(...(await operations(guarded)).map((one) => [weightOf(one), requestOf(one)] as const));
}

async function operations({ server, tokens }: Guarded): Promise<readonly Operation[]> {
  const headers = { authorization: `Bearer ${tokens.view[0]}` };
  const response = await fetch(`${server.url}/api/v1/openapi.json`, { headers });
  const { paths, components } = (await response.json()) as Description;
  const read = (schema: unknown) => resolved(schema, components.schemas);
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const { parameters = [], requestBody = {} } = read(described) as unknown as {
        parameters?: Operation["parameters"];
        requestBody?: { content?: Operation["content"] };
      };
      return { method, path, parameters, content: requestBody.content ?? {} };
    }),
  );
  assert.equal(all.length, Object.keys(routeScopes).length, "the description has every route");
  return all;
}

/** Which of a scope's tokens asks next. */
let turn = 0;

export const routeTargets = (guarded: Guarded): readonly Target[] => [
  {
    name: "routes, by each scope",
    property: async () =>
      fc.asyncProperty(await requestsOf(guarded), async ({ scope, method, route, path, headers, body }) => {
        const all = guarded.tokens[scope];
        const authorization = `Bearer ${all[turn++ % all.length]}`;
        const asked = { method, path, headers: { ...headers, authorization }, ...(body === undefined ? {} : { body }) };
        const reply = await askRaw(guarded.server.url, asked);
        const { status, text } = reply;
        assert.ok(status < 500 || status === 503, `${status} ${text}`);
        if (status < 300) assert.ok(includes(scope, routeScopes[route]!), `${scope} may not: ${route}`);
        if (status >= 400 && text !== "") assert.ok(isProblem(reply), text);
        guarded.expectWell(text);
        guarded.learn(text);
      }),
    async after() {
      guarded.expectOutsideUnchanged();
      const [token] = guarded.tokens.view;
      const { status } = await askRaw(guarded.server.url, {
        path: "/api/v1/health",
        headers: { authorization: `Bearer ${token}` },
      });
      assert.equal(status, 200);
    },
  },
];
