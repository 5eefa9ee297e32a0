import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

/** Prints the address of every module that is loaded. */
const printing = `import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) { console.log(url); return next(url, context); } });`;

test("a server that starts loads neither node types, nor what draws pictures, nor what imports checkpoints, nor what joins a fleet, nor OpenTelemetry: 70 MB that it may never need", () => {
  const serve = pathToFileURL(join(import.meta.dirname, "serve.ts"));
  const first = `data:text/javascript,${encodeURIComponent(printing)}`;
  const options = ["--import", first, "--import", serve.href, "--eval", ""];
  const { stdout, status, stderr } = spawnSync(process.execPath, options, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const loaded = stdout.split("\n");
  assert.ok(
    loaded.some((url) => url.endsWith("/queue/dispatch/dispatcher.ts")),
    "the list is that of a server",
  );
  // The registry of Prometheus brings OpenTelemetry's API by itself; how a PNG is put together loads nothing else.
  const needless =
    /\/nodes\/src\/(?!kinds\/png-chunk\.ts)|\/node_modules\/(sharp\/|@opentelemetry\/(?!api\/)|@modelcontextprotocol\/)|\/models\/src\/checkpoint\/|\/@redis\/|\/@aws-sdk\/|\/@smithy\/|\/(queue|artifacts)\/redis\/|\/s3\/|\/bucket\/bucket/;
  assert.deepEqual(
    loaded.filter((url) => needless.test(url)),
    [],
  );
});
