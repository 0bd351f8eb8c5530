import type { Basis } from "../../result.ts";

/** Before a figure that is modelled, in whole or in part. */
export const MODELLED_MARK = "~";

export const LEGEND = `${MODELLED_MARK} modelled, in whole or in part: nothing measured it. Figures without it were measured.`;
export const FEW_MARK = "*";
export const FEW_LEGEND = `${FEW_MARK} too few lines for this percentile: the true one may lie above.`;

export const BASIS_TITLES: Readonly<Record<Basis, string>> = {
  measured: "measured",
  mixed: "partly modelled",
  modelled: "modelled",
};

/** Times of a path with modelled stages are modelled in part; what is counted there was counted. */
export const timeMark = (basis: Basis): string => (basis === "measured" ? "" : MODELLED_MARK);
export const countMark = (basis: Basis): string => (basis === "modelled" ? MODELLED_MARK : "");
/** Of a path that is not modelled, a model may lose lines all the same: those that the log driver holds when its host dies. */
export const lossMark = ({ basis, lostInModel }: { readonly basis: Basis; readonly lostInModel: number }): string =>
  lostInModel > 0 ? MODELLED_MARK : countMark(basis);
