// What a collector gets of a real run, by OTLP over HTTP.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { folderFor, main, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { skipFleet, startFleet } from "./fleet.fixture.ts";
import { nodePackIn, oneNode } from "./node-pack.fixture.ts";
import { startServer, submit } from "./server.fixture.ts";

type Value = { readonly stringValue?: string; readonly intValue?: number | string; readonly doubleValue?: number };
type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Value }[];
  readonly status: { readonly code?: number };
};
type Metric = {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly { asDouble?: number; asInt?: number }[] };
};

/** A collector that keeps what it is sent. */
async function collector(context: TestContext) {
  const spans: Span[] = [];
  const metrics = new Map<string, Metric>();
  const services = new Set<string | undefined>();
  const heard = new EventTarget();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    // biome-ignore lint/suspicious/noExplicitAny: as OTLP/JSON has it
    const { resourceSpans = [], resourceMetrics = [] }: any = JSON.parse(body);
    for (const { resource, scopeSpans } of resourceSpans) {
      services.add(attribute(resource, "service.name"));
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    for (const { scopeMetrics } of resourceMetrics)
      for (const scope of scopeMetrics) for (const metric of scope.metrics) metrics.set(metric.name, metric);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
    heard.dispatchEvent(new Event("heard"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_SERVICE_NAME: "clipwork-of-a-test",
    OTEL_BSP_SCHEDULE_DELAY: "50",
    OTEL_METRIC_EXPORT_INTERVAL: "200",
  };
  return {
    ...{ spans, metrics, services, env },
    async until(holds: () => boolean) {
      while (!holds()) await once(heard, "heard");
    },
  };
}

function attribute({ attributes }: Pick<Span, "attributes">, key: string): string | undefined {
  const { stringValue, intValue, doubleValue } = attributes.find((one) => one.key === key)?.value ?? {};
  return stringValue ?? (intValue ?? doubleValue)?.toString();
}

test("a run is one trace: its wait, its nodes, their items and the runs of models; metrics go under the names of /metrics", async (context) => {
  const { spans, metrics, services, env, until } = await collector(context);
  const server = await startServer(context, { env });
  const { id } = await submit(server, shortHierarchy());
  await until(() => spans.some(({ name }) => name === "run"));
  const root = spans.find(({ name }) => name === "run")!;
  assert.deepEqual([attribute(root, "clipwork.run"), attribute(root, "clipwork.state")], [id, "finished"]);
  await until(() => spans.length >= 12);
  assert.deepEqual([...services], ["clipwork-of-a-test"]);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  for (const span of spans) {
    assert.equal(span.traceId, root.traceId);
    assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), span.name);
    if (span !== root) assert.ok(byId.has(span.parentSpanId!), `${span.name} has a parent in the trace`);
  }
  const parentOf = (span: Span) => byId.get(span.parentSpanId ?? "")?.name;
  assert.equal(parentOf(spans.find(({ name }) => name === "queue wait")!), "run");
  for (const node of ["encode", "prior", "decode", "save"].filter((one) => one !== "save")) {
    assert.equal(parentOf(spans.find(({ name }) => name === `node ${node}`)!), "run");
    const item = spans.find((span) => span.name === "item" && attribute(span, "clipwork.node") === node)!;
    assert.deepEqual([parentOf(item), attribute(item, "clipwork.item")], [`node ${node}`, "0"]);
  }
  const models = spans.filter(({ name }) => name.startsWith("model random-pack/"));
  assert.ok(models.length > 2, spans.map(({ name }) => name).join(", "));
  for (const model of models) {
    assert.ok(Number(attribute(model, "clipwork.rows")) >= 1);
    assert.equal(`model ${attribute(model, "clipwork.stage")}`, model.name);
    assert.match(parentOf(model)!, /^node /);
  }
  const finished = () => metrics.get("clipwork_runs_total")?.sum?.dataPoints[0];
  await until(() => finished() !== undefined);
  assert.equal(finished()!.asDouble ?? finished()!.asInt, 1);
  const names = (await (await server.ask("GET", "/metrics")).text()).matchAll(
    /^# TYPE (clipwork_\w+) (counter|gauge|histogram)$/gm,
  );
  for (const [, name] of names) assert.ok(metrics.has(name!), name);
});

test("the process that runs models is given the run's context, and a failed item is an error in the trace", async (context) => {
  const { spans, env, until } = await collector(context);
  const run = `async run() { throw new Error(process.env.TRACEPARENT ?? "nothing"); }`;
  const CLIPWORK_NODES = nodePackIn(folderFor(context), "failing", run);
  const server = await startServer(context, { env: { ...env, CLIPWORK_NODES } });
  const { id } = await submit(server, oneNode("failing"), { targets: ["node"] });
  await until(() => ["run", "item"].every((name) => spans.some((span) => span.name === name)));
  const [root, item] = ["run", "item"].map((name) => spans.find((span) => span.name === name)!);
  assert.deepEqual([root!.status.code, item!.status.code], [2, 2]);
  const { error } = await server.json("GET", `/runs/${id}`);
  assert.ok(error.includes(`00-${root!.traceId}-${root!.spanId}-01`), error);
});

test("of several servers the one that queued a run sends its trace", { skip: skipFleet }, async (context) => {
  const fleet = await startFleet(context);
  const collectors = [await collector(context), await collector(context)];
  const servers = await Promise.all(collectors.map(({ env }) => fleet.server({ env })));
  await fleet.worker();
  const runs = await Promise.all(
    servers.map((server, i) => {
      const document = shortHierarchy();
      // Values of one run are kept for the other.
      document.nodes.caption!.params = { text: `cube ${i}` };
      return submit(server, document);
    }),
  );
  for (const [i, { spans, until }] of collectors.entries()) {
    await Promise.all(runs.map(({ id }) => servers[i]!.watch(id)));
    // What is sent when it ends is all that there is.
    await servers[i]!.kill("SIGTERM");
    const roots = () => spans.filter(({ name }) => name === "run");
    await until(() => roots().length > 0);
    assert.deepEqual(
      roots().map((root) => [attribute(root, "clipwork.run"), attribute(root, "clipwork.state")]),
      [[runs[i]!.id, "finished"]],
    );
    assert.ok(spans.some(({ name }) => name.startsWith("model random-pack/")));
  }
});

test("what is left is sent when the server ends; one that cannot be sent costs a warning, not a run", async (context) => {
  const { spans, env, until } = await collector(context);
  const late = { ...env, OTEL_BSP_SCHEDULE_DELAY: "600000", OTEL_METRICS_EXPORTER: "none" };
  const server = await startServer(context, { env: late });
  const { id } = await submit(server, shortHierarchy());
  await server.watch(id);
  assert.equal(spans.length, 0);
  await server.kill("SIGTERM");
  await until(() => spans.some(({ name }) => name === "run"));
  const deaf = await startServer(context, { env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" } });
  const { id: other } = await submit(deaf, shortHierarchy());
  assert.equal((await deaf.watch(other)).at(-1)!.event, "run.finished");
});

test("a collector that takes requests and never answers holds up no server that ends", async (context) => {
  const silent = createServer(() => {});
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  context.after(() => {
    silent.close();
    silent.closeAllConnections();
  });
  const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const server = await startServer(context, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } });
  let said = "";
  server.process.stderr!.on("data", (text) => {
    said += text;
  });
  await server.kill("SIGTERM");
  assert.equal(server.process.exitCode, 0);
  assert.match(said, /the collector did not take what was left within 3 s/);
});

test("a protocol that is not spoken here is refused before anything starts", () => {
  const env = {
    ...process.env,
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
  };
  const { status, stderr } = spawnSync(process.execPath, [main, "serve", "--port", "0"], { env, encoding: "utf8" });
  assert.deepEqual([status, /cannot be grpc/.test(stderr)], [2, true], stderr);
});
