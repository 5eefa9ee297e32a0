import type { Unusable } from "@clipwork/engine";

/** What is sent by OTLP, and how. */
export type WantedTelemetry = {
  readonly traces: boolean;
  readonly metrics: boolean;
  readonly protocol: Protocol;
};

const protocols = ["http/protobuf", "http/json"] as const;
type Protocol = (typeof protocols)[number];

/**
 * What OpenTelemetry's environment asks for (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables), undefined without an
 * address to send to. Loads nothing of OpenTelemetry.
 */
export function telemetryWanted(environment: NodeJS.ProcessEnv): WantedTelemetry | Unusable | undefined {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === "true") return undefined;
  const isSent = (signal: "TRACES" | "METRICS") =>
    Boolean(environment.OTEL_EXPORTER_OTLP_ENDPOINT || environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]) &&
    environment[`OTEL_${signal}_EXPORTER`] !== "none";
  const [traces, metrics] = [isSent("TRACES"), isSent("METRICS")];
  if (!traces && !metrics) return undefined;
  const asked = environment.OTEL_EXPORTER_OTLP_PROTOCOL || "http/protobuf";
  const protocol = protocols.find((one) => one === asked);
  if (protocol) return { traces, metrics, protocol };
  const remedy = `Give ${protocols.join(" or ")}, and the address that takes it, usually with port 4318.`;
  return { message: `OTEL_EXPORTER_OTLP_PROTOCOL cannot be ${asked}.`, remedy };
}
