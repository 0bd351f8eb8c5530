const EVENT_BYTES = 160;

/** Log lines of JSON: words repeat, numbers differ. As an event of a delivery, one has about 250 bytes. */
export const realisticLines = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    const id = ((i * 2_654_435_761) % 2 ** 32).toString(16);
    return `{"level":"info","msg":"order placed","orderId":${i},"customer":"${id}","path":"/api/v1/orders/${id}/items","ms":${i % 977}}`.padEnd(
      EVENT_BYTES,
    );
  });

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The middle half of the values. */
export const spread = (values: readonly number[]): string =>
  `${quantile(values, 0.25).toFixed(2)}–${quantile(values, 0.75).toFixed(2)}`;

export const row = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(14)).join("");
