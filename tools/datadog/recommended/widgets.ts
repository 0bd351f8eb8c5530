import type { v1 } from "@datadog/datadog-api-client";
import type { FacetPath, MeasurePath } from "./facets.ts";

/** Short forms of the widgets that the dashboard has. */

interface Series {
  readonly title: string;
  readonly query:
    | Unnamed<v1.FormulaAndFunctionEventQueryDefinition>
    | Unnamed<v1.FormulaAndFunctionMetricQueryDefinition>;
  readonly unit?: "millisecond";
}

type Unnamed<Query> = Omit<Query, "name">;

export const metricSeries = (title: string, query: string, unit?: "millisecond"): Series => ({
  title,
  query: { dataSource: "metrics", query },
  unit,
});

export const logSeries = (title: string, query: LogQuery, unit?: "millisecond"): Series => ({ title, query, unit });

type LogQuery = Unnamed<v1.FormulaAndFunctionEventQueryDefinition>;

/** A search, counted; or a measure of what it finds. What it groups by must be a facet, as `service` always is. */
export function logQuery(
  search: string,
  options: {
    readonly aggregation?: "median" | "pc95";
    readonly metric?: MeasurePath;
    readonly by?: FacetPath | "service";
  } = {},
): LogQuery {
  const { aggregation = "count", metric, by } = options;
  const sort = { aggregation, ...(metric && { metric }), order: "desc" } as const;
  return {
    dataSource: "logs",
    search: { query: search },
    compute: { aggregation, ...(metric && { metric }) },
    ...(by && { groupBy: [{ facet: by, limit: 10, sort }] }),
  };
}

export function timeseries(title: string, displayType: v1.WidgetDisplayType, series: readonly Series[]): v1.Widget {
  return {
    definition: {
      type: "timeseries",
      title,
      showLegend: true,
      requests: [
        {
          displayType,
          responseFormat: "timeseries",
          queries: series.map(({ query }, i) => ({ ...query, name: nameOf(i) })),
          formulas: series.map(({ title: alias, unit }, i) => ({ formula: nameOf(i), alias, ...numbersIn(unit) })),
        },
      ],
    },
  };
}

export function toplist(title: string, query: LogQuery): v1.Widget {
  return {
    definition: {
      type: "toplist",
      title,
      requests: [
        { responseFormat: "scalar", queries: [{ ...query, name: nameOf(0) }], formulas: [{ formula: nameOf(0) }] },
      ],
    },
  };
}

const nameOf = (i: number) => `query${i + 1}`;

const numbersIn = (unit?: "millisecond") =>
  unit && { numberFormat: { unit: { type: "canonical_unit", unitName: unit } } as const };

export const group = (title: string, widgets: v1.Widget[]): v1.Widget => ({
  definition: { type: "group", layoutType: "ordered", title, widgets },
});
