import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Known distributions, by the inverse of their cumulative function and its slope. */
export interface Known {
  readonly name: string;
  readonly quantile: (share: number) => number;
  readonly density: (value: number) => number;
}

export const UNIFORM: Known = { name: "uniform", quantile: (share) => 200 * share, density: () => 1 / 200 };

export const EXPONENTIAL: Known = {
  name: "exponential",
  quantile: (share) => -300 * Math.log1p(-share),
  density: (value) => Math.exp(-value / 300) / 300,
};

const [MU, SIGMA] = [Math.log(2_000), 0.6];
export const LOGNORMAL: Known = {
  name: "lognormal",
  quantile: (share) => Math.exp(MU + SIGMA * normalQuantile(share)),
  density: (value) =>
    Math.exp(-((Math.log(value) - MU) ** 2) / (2 * SIGMA ** 2)) / (value * SIGMA * Math.sqrt(2 * Math.PI)),
};

export const ALL_KNOWN = [UNIFORM, EXPONENTIAL, LOGNORMAL];

export function draw({ quantile }: Known, count: number, seed: number): number[] {
  const generator = xoroshiro128plus(seed);
  // Half a step off 0, whose quantile some distributions do not have.
  return Array.from({ length: count }, () => quantile(uniformFloat64(generator) + 2 ** -54));
}

/** By bisection of the cumulative function, which a series gives (Abramowitz and Stegun 26.2.11). */
function normalQuantile(share: number): number {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalCumulative(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function normalCumulative(z: number): number {
  let [sum, term] = [z, z];
  for (let odd = 3; Math.abs(term) > 1e-17; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}
