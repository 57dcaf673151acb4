export { applyEdits } from './edit.ts';
export type { Edit, Finding, LintCode, LintOptions } from './finding.ts';
export { correct, lint } from './lint.ts';
export type { Corrected, LintSubject } from './lint.ts';
