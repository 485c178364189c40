import { consoleReporter } from '@realtime-session/server';
import type { CallEvent } from '@realtime-session/server/calls';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/lib/problem.ts';
import { postJson, read, useCallHarness } from '../support/call-harness.ts';

const base = { call: 'AbCdEfGhIjKlMnOpQrStUv', principal: undefined, atMs: 0 };

function createReport() {
  const lines: string[] = [];
  const clock = { nowMs: 1_000_000 };
  const print = (line: string) => lines.push(line);
  const report = consoleReporter({ console: { error: print, warn: print }, nowMs: () => clock.nowMs });
  return { lines, clock, report };
}

const tool = {
  ...base,
  type: 'tool-failed',
  tool: 'look_up',
  remedy: 'Correct the tool.',
  error: undefined,
} as const;

describe('the console reporter', () => {
  it.each<[CallEvent, string | RegExp]>([
    [
      { ...tool, problem: 'threw', error: 'Error: no such order' },
      '[realtime-session] tool-failed: Correct the tool. Error: no such order (call AbCdEfGhIjKlMnOpQrStUv)',
    ],
    [
      { ...tool, problem: 'timeout' },
      '[realtime-session] tool-failed: Correct the tool. (call AbCdEfGhIjKlMnOpQrStUv)',
    ],
    [
      { ...base, type: 'end-failed', attempts: 3, upstreamStatus: 500, remedy: 'Check the status page.' },
      '[realtime-session] end-failed: Check the status page. (upstream 500, attempt 3, call AbCdEfGhIjKlMnOpQrStUv)',
    ],
    [
      {
        ...base,
        type: 'unpriced',
        usage: { type: 'response', model: 'gpt-new', usage: {} },
        remedy: 'Add a price.',
      },
      '[realtime-session] unpriced: Add a price. (model gpt-new, call AbCdEfGhIjKlMnOpQrStUv)',
    ],
    [
      { ...base, type: 'call-unreachable', remedy: 'Use one key.' },
      /^\[realtime-session\] call-unreachable: Use one key\. /,
    ],
    [
      { ...base, type: 'call-lost', because: 'creator-lost', remedy: 'Nothing to fix.' },
      /^\[realtime-session\] call-lost: Nothing to fix\. /,
    ],
    [
      { ...base, type: 'degraded', part: 'store', remedy: 'Check Redis.', error: 'Error: ECONNREFUSED' },
      /^\[realtime-session\] degraded: Check Redis\. Error: ECONNREFUSED/,
    ],
  ])('prints what the owner can fix: %o', (event, line) => {
    const { lines, report } = createReport();
    report(event);
    expect(lines).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
  });

  it('prints nothing about the normal life of a call', () => {
    const { lines, report } = createReport();
    const usage = { cost: 0, inputTokens: 0, outputTokens: 0 };
    report({ ...base, type: 'call-started', requestId: 'r', model: undefined });
    report({ ...base, type: 'limit-near', limit: 'duration', left: 1 });
    report({ ...base, type: 'usage-gap', durationMs: 10 });
    report({
      ...base,
      type: 'call-ended',
      reason: 'hung-up',
      detail: undefined,
      model: undefined,
      seconds: 1,
      usage,
    });
    expect(lines).toEqual([]);
  });

  it('prints a repeated problem of calls at most once a minute, whichever call has it', () => {
    const { lines, clock, report } = createReport();
    for (let count = 0; count < 5; count += 1) report({ ...tool, problem: 'timeout' });
    expect(lines).toHaveLength(1);
    clock.nowMs += 60_000;
    report({ ...tool, problem: 'timeout' });
    expect(lines[1]).toContain('4 more since it was last printed');
  });

  it('removes secrets and line breaks from the error of a tool', () => {
    const { lines, report } = createReport();
    report({
      ...tool,
      problem: 'threw',
      error: 'Error: key sk-proj-Zq7Xw2Kp9Lm4Rt8Vb3Nc6Yh1\nforged line',
    });
    expect(lines.join()).not.toMatch(/Zq7Xw2Kp9|\n/);
  });
});

describe('the default reporter of a route for calls', () => {
  const harness = useCallHarness();

  it('explains failed requests in the words of the route', async () => {
    const { lines, report } = createReport();
    const handler = harness.create({ apiKey: () => undefined, onEvent: report });
    const { title } = await read(await handler(postJson(), { address: '192.0.2.1' }));
    expect(title).toContain('API key');
    await handler(postJson({ sdp: 'x' }), { address: '192.0.2.1' });
    const foreign = { origin: 'https://page.example', 'sec-fetch-site': 'cross-site' };
    await handler(postJson({}, foreign), { address: '192.0.2.1' });
    expect(lines).toEqual([
      expect.stringMatching(/server_misconfigured: `apiKey` is not set/),
      expect.stringMatching(/origin_forbidden: .*allowedOrigins: \['https:\/\/page\.example'\]/),
    ]);
  });

  it('names the replacement when the API does not know a model that was shut down', async () => {
    const { lines, report } = createReport();
    harness.upstream.answer = () =>
      Promise.reject(new ProblemError('server_misconfigured', { remedy: 'Check it.', unknown: 'model' }));
    const handler = harness.create({ session: { model: 'gpt-realtime' }, onEvent: report });
    await handler(postJson(), { address: '192.0.2.1' });
    expect(lines.at(-1)).toMatch(/server_misconfigured: .*does not know.*use gpt-realtime-2\.1 instead/);
  });
});
