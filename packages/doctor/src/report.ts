import type { Check } from './check.ts';

const marks = { passed: '✓', failed: '✗', warned: '!', skipped: '–' } as const;

export function countOutcomes(checks: readonly Check[]): Record<Check['outcome'], number> {
  const count = (outcome: Check['outcome']): number =>
    checks.filter((check) => check.outcome === outcome).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    warned: count('warned'),
    skipped: count('skipped'),
  };
}

/** A URL that is safe to print: no user name, password or query. */
export function redactUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function formatCheck(check: Check): string {
  const message = check.outcome === 'skipped' ? `skipped: ${check.message}` : check.message;
  const line = `  ${marks[check.outcome]} ${check.id.padEnd(11)} ${message}`;
  return 'fix' in check ? `${line}\n      fix: ${check.fix}` : line;
}

export function textReport(url: URL, checks: readonly Check[]): string {
  const { passed, failed, warned, skipped } = countOutcomes(checks);
  const warnings = warned === 0 ? '' : `, ${warned} warned`;
  const summary = `${passed} passed, ${failed} failed${warnings}, ${skipped} skipped`;
  return [redactUrl(url), '', ...checks.map(formatCheck), '', summary, ''].join('\n');
}

export function jsonReport(url: URL, checks: readonly Check[]): string {
  return `${JSON.stringify({ url: redactUrl(url), ...countOutcomes(checks), checks }, null, 2)}\n`;
}
