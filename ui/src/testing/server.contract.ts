import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { catalogueFromJson, readDocument, type WorkflowJson } from "@clipwork/engine";
import type { DocumentPresence, LoggedEvent, QueueHead, RunSummary, SavedChange } from "@clipwork/server/wire";
import type { Api } from "../server/api.ts";
import { createLive, type Live, type LiveListener, type LiveSocket } from "../server/live.ts";
import { ServerError } from "../server/server-error.ts";

/** A server that the contract is held against. */
export type Subject = {
  readonly api: Api;
  /** A workflow that it can run. */
  readonly document: WorkflowJson;
  /** Connects a page's socket; `begin` puts its handlers on before it is connected. */
  connect(begin: (socket: LiveSocket) => void): void;
  /** Resolves when the run has come to its end. */
  finish(run: string): Promise<void>;
};

const picture = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (letter) => letter.charCodeAt(0),
);
const nobody = "123e4567-e89b-42d3-a456-426614174000";

/** What the editor relies on, of the real server and of the one that its tests use. */
export function serverContract(name: string, start: (context: TestContext) => Promise<Subject>): void {
  test(`${name}: it offers node types, model packs and templates that the editor can read`, async (context) => {
    const { api } = await start(context);
    const { nodes, kinds } = await api.nodes();
    const catalogue = catalogueFromJson(nodes, kinds);
    assert.equal(catalogue.size, nodes.length);
    for (const type of ["image.load", "util.reroute"])
      assert.ok(catalogue.has(type), `the editor adds nodes of ${type} by itself`);
    assert.ok((await api.packs()).packs.length > 0);
    assert.deepEqual(await api.access(), {
      ...{ name: "owner", scope: "administer", token: false, limits: {} },
      may: ["view", "run", "edit", "administer"],
    });
    const { templates } = await api.templates();
    assert.ok(templates.some(({ id }) => id === "text-to-image"));
    for (const { document } of templates) assert.ok(readDocument(document).document);
  });

  test(`${name}: model packs are listed with what they hold; what is no repository and what is not there is refused`, async (context) => {
    const { api } = await start(context);
    const { packs, jobs, downloads, hub, free } = await api.models();
    assert.ok(packs.length > 0 && packs.every(({ stages, bytes }) => stages.length > 0 && bytes > 0));
    assert.deepEqual([jobs, downloads, (await api.modelJobs()).jobs], [[], [], []]);
    assert.ok(hub.endpoint.startsWith("http") && free > 0);
    await refused(api.addModel({ source: "karlo" }), 422);
    await refused(api.removePack("nothing"), 404);
    for (const act of [api.acceptLicence, api.cancelModelJob, api.forgetModelJob]) await refused(act(nobody), 404);
  });

  test(`${name}: who carries out runs is listed with what it has`, async (context) => {
    const { api } = await start(context);
    const { workers } = await api.workers();
    assert.deepEqual(
      workers.map(({ state, provider, runs, packs }) => [state, provider, runs.length, packs.length > 0]),
      [["idle", "cpu", 0, true]],
    );
  });

  test(`${name}: it says how its command line is called, and which node packs it has`, async (context) => {
    const { api } = await start(context);
    const { called, version } = await api.version();
    assert.deepEqual(called, { command: "npm start --", workflows: "workflows" });
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(await api.nodePacks(), { packs: [] });
  });

  test(`${name}: an artifact that is not there is refused with 404`, async (context) => {
    const { api } = await start(context);
    await refused(api.artifact("0".repeat(64)), 404);
  });

  test(`${name}: a workflow is kept with a revision, and a change of an old revision is refused with 409`, async (context) => {
    const { api, document } = await start(context);
    const one = { title: "One", document, reason: "saved" } as const;
    const first = await api.createWorkflow(nobody.replace("1", "2"), one);
    assert.deepEqual([first.id, first.revision], [nobody.replace("1", "2"), 1]);
    await refused(api.createWorkflow(first.id, one), 409);
    const changed = { ...document, meta: { title: "changed" } };
    const two = { title: "Two", document: changed, reason: "run" } as const;
    assert.equal((await api.updateWorkflow(first.id, 1, two)).revision, 2);
    await refused(api.updateWorkflow(first.id, 1, { ...one, title: "Lost" }), 409);
    const { title, document: kept } = await api.workflow(first.id);
    assert.deepEqual([title, kept], ["Two", changed]);
    const { items } = await api.workflows();
    assert.deepEqual(
      items.map(({ id, revision }) => [id, revision]),
      [[first.id, 2]],
    );
    await refused(api.workflow(nobody), 404);
    const { items: revisions } = await api.history(first.id);
    assert.deepEqual(
      revisions.map(({ revision, title, reason }) => [revision, title, reason]),
      [
        [2, "Two", "run"],
        [1, "One", "saved"],
      ],
    );
    assert.deepEqual((await api.revision(first.id, 1)).document, document);
    await refused(api.revision(first.id, 9), 404);
    assert.equal((await api.workflows({ title: "tW" })).items.length, 1);
    assert.equal((await api.workflows({ title: "One" })).items.length, 0);
  });

  test(`${name}: a deleted workflow is gone until it is recovered, and a change of it is refused with 404`, async (context) => {
    const { api, document } = await start(context);
    const change = { title: "One", document, reason: "edit" } as const;
    const { id } = await api.createWorkflow(nobody.replace("1", "3"), change);
    await api.removeWorkflow(id);
    assert.deepEqual((await api.workflows()).items, []);
    await refused(api.workflow(id), 404);
    await refused(api.history(id), 404);
    await refused(api.updateWorkflow(id, 1, change), 404);
    await refused(api.removeWorkflow(id), 404);
    await refused(api.createWorkflow(id, change), 409);
    assert.equal((await api.recoverWorkflow(id)).revision, 1);
    assert.equal((await api.updateWorkflow(id, 1, change)).revision, 2);
    await refused(api.recoverWorkflow(nobody), 404);
  });

  test(`${name}: pages hear of new revisions, and runs are listed by their workflow`, async (context) => {
    const { api, document, connect, finish } = await start(context);
    const page = listen(connect);
    await page.until(({ queue }) => queue !== undefined);
    const { id } = await api.createWorkflow(nobody.replace("1", "4"), { title: "One", document, reason: "edit" });
    await page.until(({ saved }) => saved.some((change) => change.id === id && change.revision === 1));
    const run = await api.submit({ document, workflow: id });
    await api.submit({ document }).then((other) => finish(other.id));
    await finish(run.id);
    const { items } = await api.runs({ workflow: id });
    assert.deepEqual(
      items.map((one) => [one.id, one.workflow]),
      [[run.id, id]],
    );
  });

  test(`${name}: a run is handed in, listed first, found, and foretold`, async (context) => {
    const { api, document, finish } = await start(context);
    const run = await api.submit({ document });
    assert.ok(run.state === "queued" || run.state === "running", run.state);
    assert.deepEqual(run.document, document);
    await finish(run.id);
    assert.equal((await api.run(run.id)).state, "finished");
    const second = await api.submit({ document: { ...document, meta: { title: "second" } } });
    await finish(second.id);
    const page = await api.runs({ limit: 1 });
    assert.deepEqual(
      page.items.map(({ id, title }) => [id, title]),
      [[second.id, "second"]],
    );
    assert.ok(page.next !== undefined);
    const last = await api.runs({ limit: 1, before: page.next });
    assert.deepEqual(
      last.items.map(({ id }) => id),
      [run.id],
    );
    assert.equal(last.next, undefined);
    const { nodes } = await api.forecast({ document });
    assert.ok(nodes.length > 0);
    for (const { node } of nodes) assert.ok(Object.hasOwn(document.nodes, node), node);
    await refused(api.run(nobody), 404);
  });

  test(`${name}: a workflow that cannot run is refused with its problems`, async (context) => {
    const { api, document } = await start(context);
    const [id] = Object.keys(document.nodes);
    const wrong = { ...document, nodes: { ...document.nodes, [id!]: { type: "no.such", version: 1 } } };
    for (const ask of [api.submit, api.forecast]) {
      const [first] = (await refused(ask({ document: wrong }), 422)).problems;
      assert.ok(first);
      assert.match(first.message, /no\.such/);
      assert.equal(first.node, id);
      assert.ok(first.remedy);
    }
  });

  test(`${name}: a cancelled run ends as cancelled, and cancelling what is not there is refused`, async (context) => {
    const { api, document, finish } = await start(context);
    const running = await api.submit({ document });
    const waiting = await api.submit({ document });
    assert.equal((await api.cancel(waiting.id)).state, "cancelled");
    await finish(running.id);
    assert.equal((await api.run(running.id)).state, "finished");
    await refused(api.cancel(nobody), 404);
  });

  test(`${name}: a paused queue keeps what waits in the order in which it was put, until it goes on`, async (context) => {
    const { api, document, connect, finish } = await start(context);
    const page = listen(connect);
    await page.until(({ connected }) => connected);
    assert.equal((await api.pauseQueue(true)).paused, true);
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await api.submit({ document })).id);
    const [a, b, c] = ids as [string, string, string];
    const next = async (limit = 9) => (await api.queue(limit)).next.map(({ id }) => id);
    assert.deepEqual(await next(), [a, b, c]);
    await api.moveRun(c, 0);
    assert.deepEqual([await next(), await next(1)], [[c, a, b], [c]]);
    assert.equal((await api.prioritizeRun(b, "high")).priority, "high");
    assert.deepEqual(await next(), [b, c, a]);
    await page.until(({ heads }) => heads.at(-1)?.waiting === 3 && heads.at(-1)?.paused === true);
    await api.cancel(b);
    await refused(api.moveRun(b, 0), 409);
    await refused(api.moveRun(nobody, 0), 404);
    await api.pauseQueue(false);
    for (const id of [c, a]) await finish(id);
    const again = await api.retryRun(a);
    await finish(again.id);
    await api.removeRun(a);
    await refused(api.run(a), 404);
    assert.deepEqual(
      (await api.runs({ state: "ended" })).items.map(({ id }) => id),
      [again.id, c, b],
    );
    assert.deepEqual([await api.removeEnded(), (await api.runs()).items], [{ count: 3 }, []]);
    await api.pauseQueue(true);
    await api.submit({ document });
    assert.deepEqual([await api.cancelWaiting(), await api.cancelWaiting()], [{ count: 1 }, { count: 0 }]);
  });

  test(`${name}: a picture is kept under the hash of its content; what is no picture is refused`, async (context) => {
    const { api } = await start(context);
    const { asset } = await api.upload(new Blob([picture], { type: "image/png" }));
    assert.match(asset, /^[0-9a-f]{64}$/);
    assert.equal((await api.upload(new Blob([picture], { type: "image/png" }))).asset, asset);
    const error = await api.upload(new Blob(["not a picture"], { type: "image/png" })).catch((error) => error);
    assert.ok(error instanceof ServerError && error.status >= 400 && error.status < 500, String(error));
  });

  test(`${name}: a run that is followed is reported from its first event to its last, and from where one has got to`, async (context) => {
    const { api, document, connect, finish } = await start(context);
    const whole = listen(connect);
    await whole.until(({ connected }) => connected);
    const run = await api.submit({ document });
    whole.live.follow(run.id);
    await finish(run.id);
    await whole.until(({ events }) => events.at(-1)?.event === "run.finished");
    assert.deepEqual(
      whole.heard.events.map(({ seq }) => seq),
      whole.heard.events.map((_, i) => i + 1),
    );
    await whole.until(({ runs }) => runs.some(({ id, state }) => id === run.id && state === "finished"));

    const half = Math.floor(whole.heard.events.length / 2);
    const later = listen(connect, half);
    later.live.follow(run.id);
    await later.until(({ events }) => events.at(-1)?.event === "run.finished");
    assert.deepEqual(later.heard.events, whole.heard.events.slice(half));
    await later.until(({ queue }) => queue?.some(({ id }) => id === run.id) === true);
  });

  test(`${name}: pages that have a document open hear who else has, until those leave it`, async (context) => {
    const { connect } = await start(context);
    const [one, two] = [listen(connect), listen(connect)];
    const others = (heard: Heard) => heard.present.at(-1)?.others;
    one.live.open([nobody]);
    await one.until((heard) => others(heard)?.length === 0);
    two.live.open([nobody]);
    for (const page of [one, two]) {
      await page.until((heard) => others(heard)?.length === 1);
      assert.deepEqual(page.heard.present.at(-1), {
        ...{ document: nobody, more: 0 },
        others: [{ name: "owner", pages: 1, own: true }],
      });
    }
    two.live.open([]);
    await one.until((heard) => others(heard)?.length === 0);
  });
}

type Heard = {
  readonly events: LoggedEvent[];
  readonly runs: RunSummary[];
  readonly saved: SavedChange[];
  readonly heads: QueueHead[];
  readonly present: DocumentPresence[];
  queue: readonly RunSummary[] | undefined;
  connected: boolean;
};

/** A page that knows the first `known` events of every run. */
function listen(connect: Subject["connect"], known = 0) {
  const heard: Heard = { events: [], runs: [], saved: [], heads: [], present: [], queue: undefined, connected: false };
  const waiting: (() => void)[] = [];
  const noted =
    <A>(note: (what: A) => void) =>
    (what: A) => {
      note(what);
      for (const look of [...waiting]) look();
    };
  let live: Live | undefined;
  const listener: LiveListener = {
    event: noted((event) => event.seq === (heard.events.at(-1)?.seq ?? known) + 1 && heard.events.push(event)),
    run: noted((run) => heard.runs.push(run)),
    queue: noted((runs) => {
      heard.queue = runs;
    }),
    connected: noted((is) => {
      heard.connected = is;
    }),
    saved: noted((changes) => heard.saved.push(...changes)),
    present: noted((now) => heard.present.push(...now)),
    frame: () => {},
    gone: () => {},
    waiting: noted((head) => heard.heads.push(head)),
    known: () => heard.events.at(-1)?.seq ?? known,
  };
  connect((socket) => {
    live = createLive(socket, listener);
  });
  const until = (true_: (heard: Heard) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => true_(heard) && resolve();
      waiting.push(look);
      look();
    });
  return { live: live!, heard, until };
}

async function refused(asked: Promise<unknown>, status: number): Promise<ServerError> {
  const error = await asked.then(
    () => assert.fail("it was not refused"),
    (error: unknown) => error,
  );
  assert.ok(error instanceof ServerError, String(error));
  assert.equal(error.status, status);
  assert.ok(error.message && error.remedy);
  return error;
}
