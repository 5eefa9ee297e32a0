import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TableData } from "@clipwork/engine";
import type { RunDetail, RunOutput } from "../../server/src/wire/wire.ts";
import { fixturePacks } from "../cli/clipwork.fixture.ts";
import { measured } from "../cli/measured.fixture.ts";
import { startServer, submit, type TestServer, valuesOf } from "./server.fixture.ts";

/** What the run kept, by node, and its events. */
async function run(server: TestServer, document: object) {
  const { id } = await submit(server, document);
  const events = await server.watch(id);
  const { state, outputs }: RunDetail = await server.json("GET", `/runs/${id}`);
  assert.equal(state, "finished");
  const byNode: { [node: string]: RunOutput } = Object.fromEntries(outputs.map((output) => [output.node, output]));
  return { id, events, outputs: byNode };
}

test("outputs of all kinds are kept as files with media types, and reported with what they look like", async (context) => {
  const server = await startServer(context);
  const { id, events, outputs } = await run(server, measured());
  const kept = Object.values(outputs).map(({ node, kind, view, files }) => [
    node,
    kind,
    view.kind,
    files.map(({ ending, media }) => `${ending} ${media}`),
  ]);
  const record = ".clipwork.json application/json";
  assert.deepEqual(kept, [
    ["save-array", "file", "file", [".npy application/octet-stream", record]],
    ["save-caption", "text", "text", [".txt text/plain; charset=utf-8", record]],
    ["save-plot", "plot", "plot", [".svg image/svg+xml", ".png image/png", ".csv text/csv; charset=utf-8", record]],
    ["save-reading", "json", "data", [".json application/json", record]],
    ["save-table", "table", "table", [".csv text/csv; charset=utf-8", ".json application/json", record]],
  ]);
  const plot = outputs["save-plot"]!;
  assert.deepEqual([plot.picture, plot.width, plot.height], [plot.files[1]!.hash, 1760, 1120]);
  assert.ok(!("picture" in outputs["save-table"]!));
  const thumbnail = await server.ask("GET", `/artifacts/${plot.thumbnail}`);
  assert.equal(thumbnail.headers.get("content-type"), "image/webp");

  for (const { name, files } of Object.values(outputs))
    for (const { ending, media, hash: wanted, bytes } of files) {
      const answer = await server.ask("GET", `/runs/${id}/files/${wanted}`);
      const body = new Uint8Array(await answer.arrayBuffer());
      assert.deepEqual([answer.status, body.length, hash("sha256", body)], [200, bytes, wanted]);
      const header = (of: string) => answer.headers.get(of);
      assert.equal(header("content-type"), media);
      assert.equal(header("x-content-type-options"), "nosniff");
      const how = media.startsWith("image/") ? "inline" : "attachment";
      assert.equal(
        header("content-disposition"),
        `${how}; filename="${name}${ending}"; filename*=UTF-8''${name}${ending}`,
      );
      const style = ending === ".svg" ? "style-src 'unsafe-inline'; " : "";
      assert.equal(header("content-security-policy"), `default-src 'none'; ${style}sandbox`);
    }
  const { hash: csv } = outputs["save-table"]!.files[0]!;
  const plain = await server.ask("GET", `/artifacts/${csv}`);
  assert.deepEqual(
    [plain.headers.get("content-type"), plain.headers.get("content-disposition")],
    ["application/octet-stream", "attachment"],
  );

  const values = events.flatMap(valuesOf);
  const table = values.find(({ node }) => node === "measure")!.view;
  assert.ok(table.kind === "table");
  assert.deepEqual([table.rows, table.head.length, table.columns.length], [2, 2, 6]);
  const whole = (await (await server.ask("GET", `/artifacts/${table.table}`)).json()) as TableData;
  assert.equal(whole.columns[0]!.name, "item");
  const chart = values.find(({ node }) => node === "plot")!.view;
  assert.ok(chart.kind === "plot" && chart.title === "Eight seeds of one caption");
  const previews = events.flatMap((event) => (event.event === "node.preview" ? [event.view] : []));
  assert.ok(previews.some((view) => view.kind === "text" && view.tokens?.join(" ") === "red cube"));

  assert.equal((await server.ask("GET", `/runs/${id}/files/${"0".repeat(64)}`)).status, 404);
  const other = await run(server, { ...measured(), meta: { title: "Other" } });
  await server.json("DELETE", `/runs/${id}`, undefined, 204);
  assert.equal((await server.ask("GET", `/runs/${id}/files/${csv}`)).status, 404);
  assert.equal((await server.ask("GET", `/runs/${other.id}/files/${csv}`)).status, 200, "another run keeps it too");
});

test("a kind of a node pack's own has its hue, is shown through a view that the page has, and is kept", async (context) => {
  const palette = join(fixturePacks, "node-pack-palette");
  const server = await startServer(context, { env: { CLIPWORK_NODES: palette } });
  const { nodes, kinds } = await server.json("GET", "/nodes");
  assert.ok(nodes.some(({ type }: { type: string }) => type === "palette.read"));
  assert.deepEqual(
    kinds.find(({ kind }: { kind: string }) => kind === "palette"),
    { kind: "palette", hue: 340, card: "square" },
  );
  const document = JSON.parse(readFileSync(join(palette, "workflow.json"), "utf8"));
  for (const id of ["encode", "prior", "decode"])
    document.nodes[id].params = { pack: "random-pack", ...(id === "encode" ? {} : { steps: 3 }) };
  const { id, events, outputs } = await run(server, document);
  const shown = events.flatMap(valuesOf).find(({ node }) => node === "read");
  assert.ok(shown?.view.kind === "table");
  assert.deepEqual(
    shown.view.columns.map(({ name }) => name),
    ["ink", "share"],
  );
  assert.match(String(shown.view.head[0]![0]), /^#[0-9a-f]{6}$/);
  const { kind, view, files } = outputs.save!;
  assert.deepEqual([kind, view], ["palette", shown.view]);
  const saved = await server.ask("GET", `/runs/${id}/files/${files[0]!.hash}`);
  assert.equal(saved.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.match(await saved.text(), /^GIMP Palette\n/);
});
