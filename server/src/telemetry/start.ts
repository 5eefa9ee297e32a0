// Loads OpenTelemetry: imported only when it is wanted.
import { type DiagLogger, DiagLogLevel, diag, type HrTime } from "@opentelemetry/api";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { metricData, type RegisteredMetric } from "./metric-data.ts";
import { RunTracer } from "./trace-runs.ts";
import type { WantedTelemetry } from "./wanted.ts";

export type Telemetry = {
  /** Makes traces of runs, if they are wanted. */
  readonly runs: RunTracer | undefined;
  /** Sends what is left, and ends. */
  close(): Promise<void>;
};

/** How long a server that ends waits for the collector, in milliseconds. */
const closeMs = 3000;

/** Begins to send traces and metrics, by the OTEL_* variables of the environment. `warn` hears of what could not be sent. */
export async function startTelemetry(
  { traces, metrics, protocol }: WantedTelemetry,
  {
    version,
    shared,
    read,
    warn,
    environment = process.env,
  }: {
    readonly version: string;
    /** Other servers queue runs as well, of which this one hears. */
    readonly shared: boolean;
    readonly read: () => Promise<readonly RegisteredMetric[]>;
    readonly warn: (message: string) => void;
    readonly environment?: NodeJS.ProcessEnv;
  },
): Promise<Telemetry> {
  diag.setLogger(toldTo(warn), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const own = resourceFromAttributes({ "service.name": "clipwork", "service.version": version });
  const resource = own.merge(detectResources({ detectors: [envDetector] }));
  const number = (name: string) => (environment[name] ? Number(environment[name]) : undefined);
  let tracing: TracerProvider | undefined;
  let metering: MeterProvider | undefined;
  if (traces) {
    const { OTLPTraceExporter } =
      protocol === "http/json"
        ? await import("@opentelemetry/exporter-trace-otlp-http")
        : await import("@opentelemetry/exporter-trace-otlp-proto");
    const delay = number("OTEL_BSP_SCHEDULE_DELAY");
    const batches = { exporter: new OTLPTraceExporter(), ...(delay && { scheduledDelayMillis: delay }) };
    const spanProcessors = [new BatchSpanProcessor({ maxQueueSize: 10_000, ...batches })];
    tracing = new TracerProvider({ resource, spanProcessors, sampler: samplerOf(environment, warn) });
  }
  if (metrics) {
    const { OTLPMetricExporter } =
      protocol === "http/json"
        ? await import("@opentelemetry/exporter-metrics-otlp-http")
        : await import("@opentelemetry/exporter-metrics-otlp-proto");
    const startTime = hrTime(Date.now());
    const collect = async () => {
      const scope = { name: "clipwork", version };
      const data = metricData(await read(), { startTime, endTime: hrTime(Date.now()) });
      return { resourceMetrics: { resource, scopeMetrics: [{ scope, metrics: data }] }, errors: [] };
    };
    const period = number("OTEL_METRIC_EXPORT_INTERVAL");
    const reader = new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter(),
      metricProducers: [{ collect }],
      ...(period && { exportIntervalMillis: period, exportTimeoutMillis: Math.min(period, 30_000) }),
    });
    metering = new MeterProvider({ resource, readers: [reader] });
  }
  return {
    runs: tracing && new RunTracer(tracing.getTracer("clipwork", version), shared),
    async close() {
      // A collector that does not answer holds nobody up: an exporter would try for half a minute.
      const { promise: late, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(resolve, closeMs, undefined);
      const closed = await Promise.race([Promise.allSettled([tracing?.shutdown(), metering?.shutdown()]), late]);
      clearTimeout(timer);
      if (!closed) warn(`OpenTelemetry: the collector did not take what was left within ${closeMs / 1000} s.`);
      for (const one of closed ?? []) if (one.status === "rejected") warn(String(one.reason));
      diag.disable();
    },
  };
}

/** What OTEL_TRACES_SAMPLER asks for; runs have no parents, so that those that are based on one are as their roots. */
function samplerOf(environment: NodeJS.ProcessEnv, warn: (message: string) => void): Sampler {
  const { OTEL_TRACES_SAMPLER: asked = "always_on", OTEL_TRACES_SAMPLER_ARG: share = "1" } = environment;
  switch (asked.replace(/^parentbased_/, "")) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(Number(share));
    default:
      warn(`OTEL_TRACES_SAMPLER ${asked} is not known here: every run is traced.`);
      return new AlwaysOnSampler();
  }
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

/** OpenTelemetry's own log, of which only warnings and errors are heard. */
function toldTo(warn: (message: string) => void): DiagLogger {
  const tell = (...words: unknown[]) => warn(`OpenTelemetry: ${words.map(String).join(" ").slice(0, 500)}`);
  return { error: tell, warn: tell, info() {}, debug() {}, verbose() {} };
}
