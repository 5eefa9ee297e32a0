import { type HrTime, ValueType } from "@opentelemetry/api";
import { AggregationTemporality, DataPointType, type MetricData } from "@opentelemetry/sdk-metrics";

/** A metric as the registry of the server has it. */
export type RegisteredMetric = {
  readonly name: string;
  readonly help: string;
  readonly type: unknown;
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number | undefined>>;
    readonly metricName?: string;
  }[];
};

type Times = { readonly startTime: HrTime; readonly endTime: HrTime };
type Attributes = Readonly<Record<string, string>>;

/** The registry's metrics as OpenTelemetry sends them: under the same names, counted since `startTime`. What is not known yet is left out. */
export function metricData(metrics: readonly RegisteredMetric[], times: Times): MetricData[] {
  return metrics.flatMap((metric): MetricData[] => {
    const { name, help, type } = metric;
    const head = {
      descriptor: { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    };
    if (type === "histogram")
      return [{ ...head, dataPointType: DataPointType.HISTOGRAM, dataPoints: histograms(metric, times) }];
    const known = metric.values.filter(({ value }) => Number.isFinite(value));
    const dataPoints = known.map(({ value, labels }) => ({ ...times, attributes: attributesOf(labels), value }));
    if (type === "counter") return [{ ...head, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }];
    return type === "gauge" ? [{ ...head, dataPointType: DataPointType.GAUGE, dataPoints }] : [];
  });
}

function unitOf(name: string): string {
  if (/_bytes$/.test(name)) return "By";
  return /_seconds(_total)?$/.test(name) ? "s" : "1";
}

/** One for each set of labels. Prometheus counts what is at most a bound, OpenTelemetry what lies between two. */
function histograms({ name, values }: RegisteredMetric, times: Times) {
  const groups = Map.groupBy(values, ({ labels: { le: _, ...labels } }) => JSON.stringify(attributesOf(labels)));
  return [...groups].map(([attributes, group]) => {
    const one = (ending: string) => group.find(({ metricName }) => metricName === name + ending)?.value ?? 0;
    const buckets = group.filter(({ labels }) => labels.le !== undefined);
    const boundaries = buckets.map(({ labels }) => Number(labels.le)).filter(Number.isFinite);
    const count = one("_count");
    const upTo = [...buckets.filter(({ labels }) => labels.le !== "+Inf").map(({ value }) => value), count];
    const counts = upTo.map((value, i) => value - (upTo[i - 1] ?? 0));
    const value = { buckets: { boundaries, counts }, sum: one("_sum"), count };
    return { ...times, attributes: JSON.parse(attributes) as Attributes, value };
  });
}

function attributesOf(labels: RegisteredMetric["values"][number]["labels"]): Attributes {
  const known = Object.entries(labels).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
}
