/** Numbers for people: three digits that count, thousands with commas, the unit that fits. */

const THREE = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const TWO = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 });
const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const CENTS = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const NOTHING = "–";

export const formatCount = (count: number): string => WHOLE.format(count);

/** Three digits below a thousand, whole numbers above. */
export const formatNumber = (value: number): string => (Math.abs(value) < 1_000 ? THREE : WHOLE).format(value);

export function formatMs(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return "never";
  // 999.6 is not "1,000 ms".
  if (Math.abs(ms) < 999.5) return `${THREE.format(ms)} ms`;
  if (ms < 599_500) return `${THREE.format(ms / 1_000)} s`;
  return `${THREE.format(ms / 60_000)} min`;
}

export function formatUsd(usd: number): string {
  if (usd !== 0 && Math.abs(usd) < 0.1) return `$${THREE.format(usd)}`;
  return Math.abs(usd) < 1_000 ? `$${CENTS.format(usd)}` : `$${WHOLE.format(usd)}`;
}

/** `$0.40–26.4`: three digits that count, cents below ten, two digits below ten cents. */
export function formatUsdRange(values: readonly number[]): string {
  const text = (usd: number) => (usd >= 10 ? (usd < 1_000 ? THREE : WHOLE) : usd >= 0.1 ? CENTS : TWO).format(usd);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return text(low) === text(high) ? `$${text(low)}` : `$${text(low)}–${text(high)}`;
}

/** As percent. What is not quite all or nothing does not round to it. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  if (percent > 99.9 && percent < 100) return ">99.9 %";
  return `${THREE.format(percent)} %`;
}

/** `1 line`, `2 lines`. */
export const plural = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** With no line break between a number and its unit, for text that is laid out by others. */
export const keepUnits = (text: string): string => text.replace(/(\d) (ms|s|min|%|MB|GB)(?![\w])/g, "$1\u00a0$2");

/** A title's comma would pass for one of the sentence. */
export const plain = (title: string): string => title.replaceAll(",", "");
