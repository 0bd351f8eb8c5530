/** One value a period, the newest last; nothing where there is none. */
export type Series = readonly (number | undefined)[];

/**
 * The result of an expression, in the part of metric math that alarms here use, or have used.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (2026-11)
 *
 * AWS says that arithmetic takes a missing value as 0, and FILL fills it; of a series without any value it says
 * nothing. Here that makes the result empty: what rings, rings in the worst case, too.
 */
export function evaluateMath(expression: string, metrics: Readonly<Record<string, Series>>): Series {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[-+(),]/g) ?? [];
  if (tokens.join("") !== expression.replaceAll(" ", "")) throw new Error(`Not modelled: ${expression}`);
  const take = (expected?: string) => {
    const token = tokens.shift();
    if (token === undefined || (expected && token !== expected)) throw new Error(`Not modelled: ${expression}`);
    return token;
  };
  const sum = (): Series => {
    let left = operand();
    while (tokens[0] === "+" || tokens[0] === "-") {
      const sign = take() === "+" ? 1 : -1;
      left = added(left, operand(), sign);
    }
    return left;
  };
  const operand = (): Series => {
    const name = take();
    const metric = metrics[name];
    if (metric) return metric;
    take("(");
    const series = sum();
    const result = name === "ABS" ? absolute(series) : name === "FILL" ? filled(series, fillOf()) : undefined;
    if (!result) throw new Error(`Not modelled: ${name}`);
    take(")");
    return result;
  };
  const fillOf = () => {
    take(",");
    return Number(take());
  };
  const result = sum();
  if (tokens.length > 0) throw new Error(`Not modelled: ${expression}`);
  return result;
}

const isEmpty = (series: Series) => series.every((value) => value === undefined);

const absolute = (series: Series): Series => series.map((value) => value && Math.abs(value));

const filled = (series: Series, fill: number): Series =>
  isEmpty(series) ? series : series.map((value) => value ?? fill);

function added(left: Series, right: Series, sign: 1 | -1): Series {
  if (isEmpty(left)) return left;
  if (isEmpty(right)) return right;
  return left.map((value, i) => {
    const other = right[i];
    return value === undefined && other === undefined ? undefined : (value ?? 0) + sign * (other ?? 0);
  });
}
