import type { S3CorsRule } from '../s3/rule.ts';
import { isS3CorsMethod } from '../s3/rule.ts';
import { s3CorsLimits, validateS3Cors } from '../s3/validate.ts';
import type { S3CorsIssue } from '../s3/validate.ts';
import type { Edit, Finding, Found, LintOptions } from './finding.ts';
import { lintS3Rule } from './s3-rules.ts';
import { checkRuleTypes } from './s3-types.ts';

/**
 * Everything that can be said of a bucket's rules: why S3 refuses them, and what it accepts although
 * it is unsafe or without effect.
 *
 * @param root - The path of the list.
 */
export function lintS3(
  rules: readonly S3CorsRule[],
  root: string,
  options: LintOptions,
): readonly Finding[] {
  const findings: Finding[] = [];
  const found: Found = (finding) => void findings.push({ fix: [], ...finding });
  if (!checkRuleTypes(rules, root, found)) return findings;
  for (const issue of validateS3Cors(rules)) {
    const { severity, code, value, message } = issue;
    const path = `${root}${issue.path}`;
    findings.push({ severity, code, path, value, message, fix: fixOf(issue, path) });
  }
  for (const index of rules.slice(0, s3CorsLimits.rulesMax).keys()) {
    lintS3Rule(rules, index, { root, options, found });
  }
  return findings;
}

/** How what S3 refuses is corrected; a rule that allows nothing to nobody is removed. */
function fixOf({ code, value }: S3CorsIssue, path: string): readonly Edit[] {
  const text = typeof value === 'string' ? value : '';
  const rule = path.slice(0, path.lastIndexOf(']') + 1);
  const set = (value: unknown): readonly Edit[] => [{ op: 'set', path, value }];
  const remove: readonly Edit[] = [{ op: 'remove', path }];
  switch (code) {
    case 'method-unsupported':
      return isS3CorsMethod(text.toUpperCase()) ? set(text.toUpperCase()) : remove;
    case 'header-wildcards':
    case 'expose-wildcard':
    case 'id-repeated':
      return remove;
    case 'id-too-long':
      return set(text.slice(0, s3CorsLimits.idCharsMax));
    case 'origin-missing':
    case 'method-missing':
      return [{ op: 'remove', path: rule }];
    case 'no-rules':
    case 'too-many-rules':
    case 'origin-wildcards':
      return [];
    default:
      return code satisfies never;
  }
}
