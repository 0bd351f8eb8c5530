import type { AnySchemaObject } from "ajv";
import { anything, arrayOf, either, flag, integer, number, object, oneOf, text } from "./schema.ts";

/** `Widget` of the v1 document, of the kinds that are used here, without what is deprecated. */

const order = oneOf("asc", "desc");
const aggregation = oneOf(
  ...["count", "cardinality", "median", "pc75", "pc90", "pc95", "pc98", "pc99", "sum", "min", "max", "avg"],
);

const metricQuery = object(
  {
    data_source: oneOf("metrics"),
    name: text,
    query: text,
    aggregator: oneOf("avg", "min", "max", "sum", "last", "area", "l2norm", "percentile"),
    cross_org_uuids: arrayOf(text, { maxItems: 1 }),
    semantic_mode: oneOf("combined", "native"),
  },
  ["data_source", "name", "query"],
);

const groupSort = object({ aggregation, metric: text, order }, ["aggregation"]);

const eventQuery = object(
  {
    data_source: oneOf("logs", "spans", "rum", "audit", "events"),
    name: text,
    compute: object({ aggregation, interval: integer, metric: text }, ["aggregation"]),
    search: object({ query: text }, ["query"]),
    indexes: arrayOf(text),
    group_by: arrayOf(object({ facet: text, limit: integer, sort: groupSort }, ["facet"])),
    storage: text,
    cross_org_uuids: arrayOf(text, { maxItems: 1 }),
  },
  ["data_source", "name", "compute"],
);

const formula = object(
  {
    formula: text,
    alias: text,
    limit: object({ count: integer, order }),
    style: object({ palette: text, palette_index: integer }),
    number_format: object({
      unit: either(
        object({ type: oneOf("canonical_unit"), unit_name: text, per_unit_name: text }),
        object({ type: oneOf("custom_unit_label"), label: text }),
      ),
      unit_scale: object({ type: oneOf("canonical_unit"), unit_name: text }),
    }),
    conditional_formats: arrayOf(anything),
  },
  ["formula"],
);

const query = {
  queries: arrayOf(either(metricQuery, eventQuery)),
  formulas: arrayOf(formula),
  response_format: oneOf("timeseries", "scalar", "event_list"),
};

const title = { title: text, title_size: text, title_align: oneOf("center", "left", "right") };
const shown = { time: anything, custom_links: arrayOf(anything), description: text };

const timeseries = object(
  {
    type: oneOf("timeseries"),
    ...title,
    ...shown,
    show_legend: flag,
    legend_layout: oneOf("auto", "horizontal", "vertical"),
    legend_columns: arrayOf(oneOf("value", "avg", "sum", "min", "max")),
    legend_size: text,
    markers: arrayOf(object({ display_type: text, label: text, time: text, value: text }, ["value"])),
    yaxis: object({ include_zero: flag, label: text, max: text, min: text, scale: text }),
    requests: arrayOf(
      object({
        ...query,
        display_type: oneOf("area", "bars", "line", "overlay"),
        on_right_yaxis: flag,
        style: object({
          palette: text,
          line_type: oneOf("dashed", "dotted", "solid"),
          line_width: oneOf("normal", "thick", "thin"),
          order_by: oneOf("tags", "values"),
          has_value_labels: flag,
        }),
      }),
      { minItems: 1 },
    ),
  },
  ["type", "requests"],
);

const toplist = object(
  {
    type: oneOf("toplist"),
    ...title,
    ...shown,
    requests: arrayOf(object({ ...query, sort: anything, style: anything, conditional_formats: arrayOf(anything) })),
  },
  ["type", "requests"],
);

const note = object(
  {
    type: oneOf("note"),
    content: text,
    background_color: text,
    font_size: text,
    has_padding: flag,
    show_tick: flag,
    text_align: oneOf("center", "left", "right"),
    tick_edge: oneOf("bottom", "left", "right", "top"),
    tick_pos: text,
    vertical_align: oneOf("center", "top", "bottom"),
  },
  ["type", "content"],
);

const layout = object({ x: number, y: number, width: number, height: number, is_column_break: flag });

const widget = (definition: AnySchemaObject) => object({ id: integer, definition, layout }, ["definition"]);

const group = object(
  {
    type: oneOf("group"),
    title: text,
    title_align: oneOf("center", "left", "right"),
    layout_type: oneOf("ordered"),
    background_color: text,
    banner_img: text,
    show_title: flag,
    widgets: arrayOf(widget(either(timeseries, toplist, note))),
  },
  ["type", "layout_type", "widgets"],
);

export const WIDGET = widget(either(timeseries, toplist, note, group));
