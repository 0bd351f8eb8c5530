import { openModel } from "../../../compare/modelled.ts";
import { loadPrices } from "../../../compare/prices/prices.ts";
import { openFigures, type ScaleFigureName } from "../../../compare/scale/figures.ts";
import type { ScaleInput } from "../../../compare/scale/load.ts";
import type { ScaleModel } from "../../../compare/scale/ways.ts";

export const scaleModel = (overrides: Partial<Record<ScaleFigureName, number>> = {}): ScaleModel => ({
  model: openModel(),
  figures: openFigures(overrides),
  prices: loadPrices(),
});

export const service = (given: Partial<ScaleInput> = {}): ScaleInput => ({
  gbPerDay: 100,
  streams: 100,
  lineBytes: 200,
  outageHours: 3,
  region: "us-east-1",
  accounts: 1,
  ...given,
});
