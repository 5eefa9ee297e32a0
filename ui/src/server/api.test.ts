import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyWorkflow } from "../document/edit.ts";
import { createApi } from "./api.ts";
import { artifact } from "./artifact.ts";
import { ServerError } from "./server-error.ts";

type Asked = { readonly address: string; readonly request: RequestInit };

/** An API whose server gives these answers in turn. */
function apiOf(...answers: (Response | Error)[]) {
  const asked: Asked[] = [];
  const fetch = async (address: unknown, request: RequestInit = {}) => {
    asked.push({ address: String(address), request });
    const answer = answers.shift() ?? new Response("{}");
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { api: createApi(fetch as typeof globalThis.fetch), asked };
}

const change = { title: "Title", document: emptyWorkflow, reason: "edit" } as const;
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const failure = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => assert.fail("it was not refused"),
    (error: unknown) => error,
  );
  assert.ok(error instanceof ServerError);
  return error;
};

test("a document goes as JSON under its address, and the reply is read", async () => {
  const { api, asked } = apiOf(json({ id: "w", revision: 2 }));
  const reply = await api.updateWorkflow("w/..", 1, change);
  assert.equal(reply.revision, 2);
  const [{ address, request }] = asked as [Asked];
  assert.equal(address, "/api/v1/workflows/w%2F..");
  assert.equal(request.method, "PUT");
  assert.deepEqual(request.headers, { "content-type": "application/json" });
  assert.deepEqual(JSON.parse(String(request.body)), { revision: 1, ...change });
});

test("every call has its own method and address", async () => {
  const { api, asked } = apiOf();
  const calls = [
    api.nodes(),
    api.packs(),
    api.templates(),
    api.workflows(),
    api.workflow("a"),
    api.createWorkflow("t", change),
    api.workflows({ title: "a b" }),
    api.removeWorkflow("a"),
    api.recoverWorkflow("a"),
    api.history("a"),
    api.revision("a", 3),
    api.runs(),
    api.runs({ limit: 30, before: "x y" }),
    api.run("a"),
    api.submit({ document: emptyWorkflow }),
    api.forecast({ document: emptyWorkflow }),
    api.cancel("a"),
  ];
  await Promise.all(calls);
  assert.deepEqual(
    asked.map(({ address, request }) => `${request.method} ${address}`),
    [
      "GET /api/v1/nodes",
      "GET /api/v1/packs",
      "GET /api/v1/templates",
      "GET /api/v1/workflows?",
      "GET /api/v1/workflows/a",
      "POST /api/v1/workflows",
      "GET /api/v1/workflows?title=a%20b",
      "DELETE /api/v1/workflows/a",
      "POST /api/v1/workflows/a/recover",
      "GET /api/v1/workflows/a/history",
      "GET /api/v1/workflows/a/revisions/3",
      "GET /api/v1/runs?",
      "GET /api/v1/runs?limit=30&before=x%20y",
      "GET /api/v1/runs/a",
      "POST /api/v1/runs",
      "POST /api/v1/forecast",
      "POST /api/v1/runs/a/cancel",
    ],
  );
  for (const { request } of asked.filter((one) => one.request.method === "GET")) assert.equal(request.body, undefined);
});

test("a picture goes as its bytes with its media type, or as bytes of no known type", async () => {
  const { api, asked } = apiOf();
  const picture = new Blob(["x"], { type: "image/png" });
  await api.upload(picture);
  await api.upload(new Blob(["x"]));
  assert.equal(asked[0]!.request.body, picture);
  assert.deepEqual(asked[0]!.request.headers, { "content-type": "image/png" });
  assert.deepEqual(asked[1]!.request.headers, { "content-type": "application/octet-stream" });
  await api.upload(new Blob(["x"], { type: "image/heic" }));
  assert.deepEqual(asked[2]!.request.headers, { "content-type": "application/octet-stream" });
});

test("C6: the refusal of a file speaks of it by its name", async () => {
  const detail = "The file cannot be used as a picture: it is a HEIC picture, which is not read.";
  const said = async (body: object, status: number, file: Blob) => {
    const { message } = await failure(
      apiOf(json({ title: "Refused", remedy: "Mend it.", status, ...body }, status)).api.upload(file),
    );
    return message;
  };
  const heic = new File(["x"], "IMG_0042.HEIC", { type: "image/heic" });
  assert.equal(await said({ detail }, 415, heic), detail.replace("The file", "IMG_0042.HEIC"));
  const odd = new File(["x"], "a$&b $' c.png", { type: "image/png" });
  assert.equal(await said({ detail }, 415, odd), `a$&b $' c.png${detail.slice("The file".length)}`);
  assert.equal(
    await said({ detail: "A file may have at most 50 MB." }, 413, heic),
    "IMG_0042.HEIC: A file may have at most 50 MB.",
  );
  assert.equal(await said({ detail: "Wait." }, 429, heic), "Wait.");
  assert.equal(await said({ detail }, 415, new Blob(["x"])), detail);
});

test("a refusal says what is wrong and what to do, with the engine's problems", async () => {
  const problems = [{ code: "wrong-type", severity: "error", message: "No.", remedy: "Do." }];
  const { api } = apiOf(
    json({ title: "Refused", status: 422, detail: "It cannot run.", remedy: "Mend it.", problems }, 422),
  );
  const error = await failure(api.submit({ document: {} }));
  assert.deepEqual(
    [error.name, error.message, error.remedy, error.status, error.problems],
    ["ServerError", "It cannot run.", "Mend it.", 422, problems],
  );
});

test("a refusal that is no JSON is reported by its status, and one without a sentence by its title", async () => {
  const { api } = apiOf(new Response("<html>", { status: 502 }), json({ title: "Too large" }, 413));
  const first = await failure(api.nodes());
  assert.match(first.message, /502/);
  assert.match(first.remedy, /log/);
  assert.deepEqual(first.problems, []);
  assert.equal((await failure(api.nodes())).message, "Too large");
});

test("a server that does not answer is told apart from one that refuses, and the work is said to be kept", async () => {
  const { api } = apiOf(new TypeError("fetch failed"));
  const error = await failure(api.nodes());
  assert.equal(error.status, 0);
  assert.match(error.message, /does not answer/);
  assert.match(error.remedy, /Clipwork still runs.*kept in this browser/);
});

test("another server is asked if it is named", async () => {
  let address = "";
  const fetch = async (asked: unknown) => {
    address = String(asked);
    return new Response("{}");
  };
  await createApi(fetch as typeof globalThis.fetch, "http://there:8").nodes();
  assert.equal(address, "http://there:8/api/v1/nodes");
  assert.equal(artifact("ab"), "/api/v1/artifacts/ab");
});
