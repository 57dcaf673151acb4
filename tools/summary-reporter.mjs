// Counts what Vitest ran, for the last line of `npm test`.
import { writeFileSync } from 'node:fs';

// Vitest takes a reporter's default export.
// oxlint-disable-next-line import/no-default-export
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    let failed = unhandledErrors.length;
    const leftOut = new Map();
    for (const module of modules) {
      // A file or a suite that could not be set up has failed, although none of its tests did.
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) {
        failed += suite.errors().length;
      }
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') {
          passed += 1;
        } else if (state === 'failed') {
          failed += 1;
        } else if (state === 'skipped') {
          const reason = note ?? `${test.fullName} gives no reason`;
          leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
        } else {
          failed += 1;
        }
      }
    }
    const file = process.env['CAUSEWAY_TEST_SUMMARY'];
    if (file !== undefined) {
      const list = [...leftOut].map(([reason, tests]) => ({ reason, tests }));
      writeFileSync(file, JSON.stringify({ passed, failed, leftOut: list }));
    }
  }
}
