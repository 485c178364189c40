import type { Check } from './check.ts';

/** How many checks ended how. */
export interface Tally {
  /** All is well. */
  readonly passed: number;
  /** To be fixed. */
  readonly failed: number;
  /** Could not be told. */
  readonly skipped: number;
}

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const;

/** Counts results. */
export function tallyOf(checks: readonly Check[]): Tally {
  const count = (outcome: Check['outcome']): number =>
    checks.filter((check) => check.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** An address as it may be shown: without user name, password and query. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function line(check: Check): string {
  const says = check.outcome === 'skipped' ? `not checked: ${check.says}` : check.says;
  const text = `  ${marks[check.outcome]} ${check.id.padEnd(11)} ${says}`;
  return check.outcome === 'failed' ? `${text}\n      fix: ${check.fix}` : text;
}

/**
 * What a person reads.
 *
 * @param url - The route.
 * @param checks - What was found.
 */
export function textReport(url: URL, checks: readonly Check[]): string {
  const { passed, failed, skipped } = tallyOf(checks);
  const tally = `${passed} passed, ${failed} to fix, ${skipped} not checked`;
  return [shownUrl(url), '', ...checks.map(line), '', tally, ''].join('\n');
}

/**
 * What a program reads: one JSON object.
 *
 * @param url - The route.
 * @param checks - What was found.
 */
export function jsonReport(url: URL, checks: readonly Check[]): string {
  return `${JSON.stringify({ url: shownUrl(url), ...tallyOf(checks), checks }, null, 2)}\n`;
}
