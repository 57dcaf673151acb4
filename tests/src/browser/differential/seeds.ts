/** The scenarios of `npm test`; these seeds meet all that `coverage.test.ts` asks for. */
export const firstSeed = 1531;
export const count = 300;
