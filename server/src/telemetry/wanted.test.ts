import assert from "node:assert/strict";
import { test } from "node:test";
import { telemetryWanted } from "./wanted.ts";

const OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:4318";
const all = { traces: true, metrics: true, protocol: "http/protobuf" };

test("nothing is sent unless the environment names an address, and what is switched off is not", () => {
  assert.equal(telemetryWanted({}), undefined);
  assert.equal(telemetryWanted({ OTEL_TRACES_EXPORTER: "otlp" }), undefined);
  assert.deepEqual(telemetryWanted({ OTEL_EXPORTER_OTLP_ENDPOINT }), all);
  assert.equal(telemetryWanted({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: "true" }), undefined);
  const traces = { ...all, metrics: false };
  assert.deepEqual(telemetryWanted({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_METRICS_EXPORTER: "none" }), traces);
  assert.deepEqual(telemetryWanted({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://x/v1/traces" }), traces);
});

test("the protocol is one over HTTP, and another is refused with those that are", () => {
  const json = { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" };
  assert.deepEqual(telemetryWanted(json), { ...all, protocol: "http/json" });
  const refused = telemetryWanted({ ...json, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" });
  assert.ok(refused && "remedy" in refused);
  assert.match(`${refused.message} ${refused.remedy}`, /cannot be grpc.*http\/protobuf or http\/json/);
});
