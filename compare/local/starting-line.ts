export interface StartingLine {
  /** Says that one more has got here; resolves when all have. Saying it again counts as once more. */
  readonly reached: () => Promise<void>;
}

/** Where so many wait for each other. */
export function startingLine(count: number): StartingLine {
  const { promise, resolve } = Promise.withResolvers<void>();
  let missing = count;
  return {
    reached: () => {
      missing -= 1;
      if (missing <= 0) resolve();
      return promise;
    },
  };
}
