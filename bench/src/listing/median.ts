/** The median time of some turns, in milliseconds, after as many that are not counted. */
export async function medianMs(
  turns: number,
  run: (turn: number) => Promise<unknown>,
): Promise<number> {
  const times: number[] = [];
  for (let turn = -turns; turn < turns; turn += 1) {
    const started = performance.now();
    await run(Math.abs(turn) % turns);
    if (turn >= 0) times.push(performance.now() - started);
  }
  return times.toSorted((one, other) => one - other)[turns >> 1] ?? Number.NaN;
}
