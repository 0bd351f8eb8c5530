import fc from "fast-check";

/**
 * Properties try the same at each run, so that a red run means the change at hand. `FAST_CHECK_SEED=1 npm test` tries others, and
 * `npm run fuzz` draws new events each time.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FAST_CHECK_SEED ?? 20_261_125) });
