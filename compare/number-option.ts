export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

/** The number that an option gives; NaN, and one more problem, if it is none in the range. */
export function numberOption(name: string, text: string, { min, max, whole }: NumberRange, problems: string[]): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (number >= min && number <= max && (!whole || Number.isInteger(number))) return number;
  problems.push(`--${name} must be a ${whole ? "whole " : ""}number from ${min} to ${max}; it is "${text}".`);
  return Number.NaN;
}
