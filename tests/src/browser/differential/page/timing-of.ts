const waitMsMax = 1000;

performance.setResourceTimingBufferSize(100_000);

/** Watches for the next timing entry of a URL; what it gives says whether it shows more than how long
 * the request took (`Timing-Allow-Origin`), or undefined when none came. */
export function timingOf(url: string): () => Promise<boolean | undefined> {
  const entries = (): PerformanceEntryList => performance.getEntriesByName(url, 'resource');
  const before = entries().length;
  return async () => {
    const deadline = performance.now() + waitMsMax;
    while (entries().length === before && performance.now() < deadline) {
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
    const entry = entries()[before];
    return entry instanceof PerformanceResourceTiming ? entry.requestStart > 0 : undefined;
  };
}
