import { type Fields, openReading, UnexpectedAnswer } from "./reading.ts";
import type { ContainerTags, KnownDefinition } from "./types.ts";

/** The definition in an answer of DescribeTaskDefinition. @throws UnexpectedAnswer */
export function readDefinitionAnswer(answer: unknown): KnownDefinition {
  const { fields } = openReading();
  const { containerDefinitions } = fields(fields(answer).taskDefinition);
  // What there is never changes, so nothing would be believed for good.
  if (!Array.isArray(containerDefinitions)) throw new UnexpectedAnswer();
  return readDefinition(containerDefinitions);
}

/**
 * What the containers of a task definition say to Datadog, in the labels and variables that Datadog's agent reads.
 * Labels win. Of the environment, which often holds secrets, nothing but the four named variables is read or kept.
 * Never throws.
 * https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/ ·
 * https://docs.datadoghq.com/containers/docker/log/ (2026-11)
 */
export function readDefinition(told: unknown): KnownDefinition {
  const reading = openReading();
  const containers = (reading.objects(told) ?? []).flatMap((container) => {
    const name = reading.text(container.name);
    return name ? [[name, readContainer(container, reading)] as const] : [];
  });
  return { containers: new Map(containers), malformed: reading.isMalformed() };
}

function readContainer(container: Fields, { text, fields, objects }: ReturnType<typeof openReading>): ContainerTags {
  const labels = fields(container.dockerLabels);
  const environment = (objects(container.environment) ?? []).map(({ name, value }) => ({ name: text(name), value }));
  const variable = (wanted: string) => text(environment.find(({ name }) => name === wanted)?.value);
  const label = (tag: string) => text(labels[`com.datadoghq.tags.${tag}`]);
  const logs = readLogsLabel(text(labels["com.datadoghq.ad.logs"]));
  return {
    env: label("env") ?? variable("DD_ENV"),
    service: label("service") ?? logs.service ?? variable("DD_SERVICE"),
    version: label("version") ?? variable("DD_VERSION"),
    source: logs.source,
    tags: [...logs.tags, ...splitTags(variable("DD_TAGS"))],
    unreadable: logs.unreadable,
  };
}

/** JSON: a list with one object for the container, `[{"source": "…", "service": "…", "tags": ["key:value"]}]`. */
function readLogsLabel(label: string | undefined) {
  const nothing = { service: undefined, source: undefined, tags: [], unreadable: false };
  if (label === undefined) return nothing;
  let parsed: unknown;
  try {
    parsed = JSON.parse(label);
  } catch {
    return { ...nothing, unreadable: true };
  }
  const first: unknown = Array.isArray(parsed) ? parsed[0] : undefined;
  if (typeof first !== "object" || first === null) return { ...nothing, unreadable: true };
  const { service, source, tags } = first as Record<string, unknown>;
  return { service: textOf(service), source: textOf(source), tags: tagList(tags), unreadable: false };
}

const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const tagList = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((tag) => typeof tag === "string") : splitTags(textOf(value));

/** Parted by commas, or by spaces if there is no comma: as Datadog's agent takes `DD_TAGS`. */
const splitTags = (text = ""): string[] =>
  text
    .split(text.includes(",") ? "," : " ")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
