/** What CloudWatch takes from a line in its embedded metric format. */
export interface EmfMetric {
  readonly namespace: string;
  /** Dimension → value; one of them for each set of dimensions. */
  readonly dimensions: readonly Readonly<Record<string, string>>[];
  readonly unit: string;
  readonly values: readonly number[];
}

export interface EmfLine {
  readonly timestamp: number;
  readonly metrics: ReadonlyMap<string, EmfMetric>;
  /** All that is in the line but `_aws`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_LINE_BYTES = 1_048_576;
const UNITS = new Set([
  ...["Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "None"],
  ...["", "Kilo", "Mega", "Giga", "Tera"].flatMap((prefix) =>
    ["bytes", "bits"].flatMap((what) => {
      const unit = prefix === "" ? what[0]?.toUpperCase() + what.slice(1) : `${prefix}${what}`;
      return [unit, `${unit}/Second`];
    }),
  ),
  "Count/Second",
]);

/**
 * Reads a line as strictly as the specification is written.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html (2026-11)
 * @throws Error with what is wrong
 */
export function readEmf(line: string): EmfLine {
  check(Buffer.byteLength(line) <= MAX_LINE_BYTES, "the line is longer than a log event may be");
  check(!/[\r\n]/.test(line), "it is more than one line");
  const root = object(JSON.parse(line), "the root");
  check(JSON.stringify(root) === line, "it has a member twice, or space around it");
  const { _aws, ...fields } = root;
  const { Timestamp, CloudWatchMetrics, ...others } = object(_aws, "_aws");
  check(Object.keys(others).length === 0, `_aws has further members: ${Object.keys(others)}`);
  check(Number.isInteger(Timestamp) && Number(Timestamp) > 0, "Timestamp is no number of milliseconds");
  const metrics = new Map<string, EmfMetric>();
  for (const directive of list(CloudWatchMetrics, "CloudWatchMetrics")) {
    for (const [name, metric] of readDirective(object(directive, "a directive"), root)) metrics.set(name, metric);
  }
  return { timestamp: Number(Timestamp), metrics, fields };
}

function readDirective({ Namespace, Dimensions, Metrics, ...others }: Fields, root: Fields): [string, EmfMetric][] {
  check(Object.keys(others).length === 0, `a directive has further members: ${Object.keys(others)}`);
  const namespace = text(Namespace, 1_024, "Namespace");
  const dimensions = list(Dimensions, "Dimensions").map((set) => {
    const names = list(set, "a set of dimensions", 0).map((name) => text(name, 250, "a dimension's name"));
    check(names.length <= 30, "a set has more than 30 dimensions");
    return Object.fromEntries(names.map((name) => [name, text(root[name], 1_024, `the value of dimension ${name}`)]));
  });
  const definitions = list(Metrics, "Metrics");
  check(definitions.length <= 100, "there are more than 100 metrics");
  return definitions.map((definition) => {
    const { Name, Unit, StorageResolution, ...more } = object(definition, "a metric");
    const name = text(Name, 1_024, "a metric's name");
    check(Object.keys(more).length === 0, `${name} has further members: ${Object.keys(more)}`);
    check(Unit === undefined || UNITS.has(String(Unit)), `the unit of ${name} is ${Unit}`);
    check(StorageResolution === undefined || StorageResolution === 1 || StorageResolution === 60, "StorageResolution");
    const value = root[name];
    const values = Array.isArray(value) ? value : [value];
    check(values.length >= 1 && values.length <= 100, `${name} has no value, or more than 100`);
    for (const one of values) check(Number.isFinite(one), `a value of ${name} is ${JSON.stringify(one)}`);
    return [name, { namespace, dimensions, unit: String(Unit ?? "None"), values }];
  });
}

function check(isSo: boolean, problem: string): asserts isSo {
  if (!isSo) throw new Error(`No line in the embedded metric format: ${problem}.`);
}

function object(value: unknown, what: string): Fields {
  check(typeof value === "object" && value !== null && !Array.isArray(value), `${what} is no object`);
  return value as Fields;
}

function list(value: unknown, what: string, least = 1): readonly unknown[] {
  check(Array.isArray(value) && value.length >= least, `${what} is no list, or an empty one`);
  return value;
}

function text(value: unknown, max: number, what: string): string {
  check(typeof value === "string" && value.length >= 1 && value.length <= max, `${what} is no text of 1 to ${max}`);
  return value;
}
