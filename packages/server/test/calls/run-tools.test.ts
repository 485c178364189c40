import { createManualClock } from '@realtime-session/core/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openaiCalls } from '../../src/calls.ts';
import type { CallTool, ToolContext } from '../../src/calls.ts';
import type { CallSignal } from '../../src/lib/calls/call-upstream.ts';
import { createToolRunner } from '../../src/lib/calls/run-tools.ts';

interface User {
  readonly id: string;
}

const user: User = { id: 'user-1' };

type Run = (args: never, context: ToolContext<User>) => unknown;

function tool(run: Run, options: Partial<CallTool<User>> = {}): CallTool<User> {
  return { parameters: z.object({}), run, ...options };
}

interface Failure {
  readonly type: string;
  readonly tool: string;
  readonly problem: string;
  readonly remedy: string;
  readonly error: string | undefined;
  readonly cause?: unknown;
}

function createRunner(tools: Record<string, CallTool<User>>, claims = new Set<string>()) {
  const clock = createManualClock();
  const controller = new AbortController();
  const sent: object[] = [];
  const failures: Failure[] = [];
  const runner = createToolRunner<User>({
    tools,
    principal: user,
    call: 'call-1',
    signal: controller.signal,
    clock,
    knownSecrets: ['lighthouse keeper'],
    claim: (key) => {
      const result = claims.has(key) ? 'repeated' : 'first';
      claims.add(key);
      return Promise.resolve(result);
    },
    upstream: openaiCalls(),
    send: (event) => void sent.push(event),
    onFailure: (event) => void failures.push(event),
  });
  const handle = async (...signals: readonly CallSignal[]): Promise<void> => {
    for (const signal of signals) runner.handle(signal);
    await clock.advance(0);
  };
  return { clock, controller, sent, failures, claims, handle };
}

function started(responseId: string): CallSignal {
  return { type: 'response-started', responseId };
}

/** A response that calls functions: `name` or `name(arguments)`. */
function done(responseId: string, ...calls: readonly string[]): CallSignal {
  const functionCalls = calls.map((text, index) => {
    const [, name = '', args = '{}'] = /^(\w+)(?:\((.*)\))?$/s.exec(text) ?? [];
    return { callId: `${responseId}-${index}`, name, arguments: args };
  });
  return { type: 'response-done', responseId, functionCalls };
}

function inConversation(callId: string): CallSignal {
  return { type: 'function-output', callId };
}

function output(callId: string, text: unknown) {
  const item = { type: 'function_call_output', call_id: callId, output: JSON.stringify(text) };
  return { type: 'conversation.item.create', item };
}

const next = { type: 'response.create' };

/** A tool whose calls a test finishes itself. */
function pendingTool() {
  const results: ((value: unknown) => void)[] = [];
  return { results, tool: tool(() => new Promise((resolve) => void results.push(resolve))) };
}

describe('running a tool', () => {
  it('validates the arguments and answers with the result as JSON', async () => {
    const received: unknown[] = [];
    const lookup = tool(
      (args, { principal, call, signal }) => {
        received.push(args, principal, call, signal.aborted);
        return { total: 7 };
      },
      { parameters: z.object({ order: z.string(), count: z.number().default(1) }) },
    );
    const { sent, failures, handle } = createRunner({ lookup });
    await handle(done('r', 'lookup({"order":"a"})'));
    expect(received).toEqual([{ order: 'a', count: 1 }, user, 'call-1', false]);
    expect(sent).toEqual([output('r-0', { total: 7 }), next]);
    expect(failures).toEqual([]);
  });

  it.each<[string, unknown, unknown]>([
    ['nothing', undefined, null],
    ['null', null, null],
    ['a text', 'done', 'done'],
    ['a promise', Promise.resolve([1]), [1]],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ])('answers with %s', async (_what, result, expected) => {
    const { sent, handle } = createRunner({ lookup: tool(() => result) });
    await handle(done('r', 'lookup'));
    expect(sent).toEqual([output('r-0', expected), next]);
  });

  it('accepts empty arguments as none', async () => {
    const { sent, handle } = createRunner({ lookup: tool(() => 1) });
    await handle(done('r', 'lookup()'));
    expect(sent).toEqual([output('r-0', 1), next]);
  });

  const secret = new Error('password=hunter2');
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const fail = (): never => {
    throw secret;
  };
  const remedies: Record<string, RegExp> = {
    threw: /^The tool `lookup` threw an error; correct its `run`\.$/,
    'not-json': /returned something that JSON does not have/,
    'too-large': /returned more than a function output may contain/,
    'invalid-arguments': /arguments that its `parameters` refuse/,
  };
  it.each<[string, CallTool<User>, string, string]>([
    ['throws', tool(fail), '{}', 'threw'],
    ['rejects', tool(() => Promise.reject(secret)), '{}', 'threw'],
    ['returns a BigInt', tool(() => 1n), '{}', 'not-json'],
    ['returns a circular object', tool(() => circular), '{}', 'not-json'],
    ['returns a function', tool(() => fail), '{}', 'not-json'],
    ['returns a result that throws', tool(() => ({ toJSON: fail })), '{}', 'not-json'],
    ['returns too much', tool(() => 'x'.repeat(70_000)), '{}', 'too-large'],
    [
      'gets other arguments',
      tool(() => 1, { parameters: z.object({ a: z.string() }) }),
      '{"a":1}',
      'invalid-arguments',
    ],
    ['gets no JSON', tool(() => 1), '{"a":', 'invalid-arguments'],
    ['gets a list', tool(() => 1), '[]', 'invalid-arguments'],
    ['gets a prototype', tool(() => 1), '{"__proto__":{"admin":true}}', 'invalid-arguments'],
    ['gets a key twice', tool(() => 1), '{"a":1,"a":2}', 'invalid-arguments'],
    ['gets too much', tool(() => 1), `{"a":"${'x'.repeat(70_000)}"}`, 'invalid-arguments'],
    [
      'has a schema that throws',
      tool(() => 1, { parameters: { '~standard': { version: 1, vendor: 'own', validate: fail } } }),
      '{}',
      'invalid-arguments',
    ],
  ])('answers with a fixed sentence and reports it when a tool %s', async (_what, lookup, args, problem) => {
    const { sent, failures, handle } = createRunner({ lookup });
    await handle(done('r', `lookup(${args})`));
    expect(sent).toMatchObject([
      { item: { call_id: 'r-0', output: expect.stringMatching(/^\{"error":"The .*\."\}$/) } },
      next,
    ]);
    expect(failures).toMatchObject([{ type: 'tool-failed', tool: 'lookup', problem }]);
    expect(Object.keys(failures[0] ?? {})).toEqual(['type', 'tool', 'problem', 'remedy', 'error']);
    expect(failures[0]?.remedy).toMatch(remedies[problem]!);
    expect(JSON.stringify([sent, failures])).not.toContain('hunter2');
  });

  it('reports no text that only the owner may know', async () => {
    const quote = (): never => {
      throw new Error('not in "Play the lighthouse keeper."');
    };
    const { failures, handle } = createRunner({ lookup: tool(quote) });
    await handle(done('r', 'lookup'));
    expect(failures[0]?.error).toMatch(/^Error: not in "Play the \(redacted\)\." at /);
  });

  it('passes on what a tool threw, hidden from printing', async () => {
    const { failures, handle } = createRunner({ lookup: tool(fail) });
    await handle(done('r', 'lookup'));
    expect(failures[0]?.cause).toBe(secret);
    expect(failures[0]?.error).toMatch(/^Error: password=\(redacted\) at .*run-tools\.test\.ts:/);
  });

  it('does not repeat what a schema threw, which can quote what a user said', async () => {
    const validate = (): never => {
      throw new Error('"my address is 12 Main Street" is no number');
    };
    const quoting = tool(() => 1, { parameters: { '~standard': { version: 1, vendor: 'own', validate } } });
    const { failures, handle } = createRunner({ lookup: quoting });
    await handle(done('r', 'lookup'));
    expect(failures).toMatchObject([{ problem: 'invalid-arguments', error: undefined }]);
    expect(failures[0]?.cause).toBeInstanceOf(Error);
  });

  it('aborts a tool that takes too long, and ignores its late result', async () => {
    const signals: AbortSignal[] = [];
    let finish: (value: unknown) => void = () => undefined;
    const slow = tool(
      (_args, { signal }) => {
        signals.push(signal);
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      { timeoutMs: 3000 },
    );
    const { sent, failures, clock, handle } = createRunner({ slow });
    await handle(done('r', 'slow'));
    await clock.advance(2999);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(signals[0]?.aborted).toBe(true);
    expect(failures).toMatchObject([{ problem: 'timeout' }]);
    expect(sent).toHaveLength(2);
    finish('late');
    await clock.advance(0);
    expect(sent).toHaveLength(2);
  });

  it('aborts its tools and sends nothing more when the call ends', async () => {
    const signals: AbortSignal[] = [];
    const slow = tool((_args, { signal }) => {
      signals.push(signal);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve('late')));
    });
    const { sent, failures, clock, controller, handle } = createRunner({ slow });
    await handle(done('r', 'slow'));
    controller.abort();
    await clock.advance(60_000);
    await handle(done('s', 'slow'));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect([sent, failures]).toEqual([[], []]);
  });
});

describe('the order of outputs and responses', () => {
  it('asks for one response after all outputs of a response', async () => {
    const { tool: slow, results } = pendingTool();
    const { sent, handle } = createRunner({ slow, fast: tool(() => 1) });
    await handle(started('r'), done('r', 'slow', 'fast', 'slow'));
    expect(sent).toEqual([output('r-1', 1)]);
    results[1]?.(2);
    await handle();
    results[0]?.(3);
    await handle();
    expect(sent).toEqual([output('r-1', 1), output('r-2', 2), output('r-0', 3), next]);
  });

  it('runs each function call once when events are repeated', async () => {
    const { sent, handle } = createRunner({ lookup: tool(() => 1) });
    await handle(done('r', 'lookup'), done('r', 'lookup'));
    await handle(inConversation('r-0'), started('s'), done('s'), done('r', 'lookup'));
    expect(sent).toEqual([output('r-0', 1), next]);
  });

  it('does not run what another process has run', async () => {
    const { sent, handle } = createRunner({ lookup: tool(() => 1) }, new Set(['tool:r-0', 'tool:s-0']));
    await handle(done('r', 'lookup'));
    expect(sent).toEqual([]);
    await handle(done('s', 'lookup', 'lookup'));
    expect(sent).toEqual([output('s-1', 1), next]);
  });

  it('does not run a tool when the store cannot record it', async () => {
    const runs: unknown[] = [];
    const sent: object[] = [];
    const failures: Failure[] = [];
    const clock = createManualClock();
    const runner = createToolRunner<User>({
      tools: { lookup: tool(() => runs.push(1)) },
      principal: user,
      call: 'call-1',
      signal: new AbortController().signal,
      clock,
      knownSecrets: [],
      claim: () => Promise.reject(new Error('store')),
      upstream: openaiCalls(),
      send: (event) => void sent.push(event),
      onFailure: (event) => void failures.push(event),
    });
    runner.handle(done('r', 'lookup'));
    await clock.advance(0);
    expect(runs).toEqual([]);
    expect(failures).toMatchObject([{ problem: 'threw' }]);
    expect(sent).toHaveLength(2);
  });

  it('leaves functions that it does not know to the page', async () => {
    const { sent, claims, handle, clock } = createRunner({ lookup: tool(() => 1) });
    await handle(done('r', 'showMap', 'constructor', '__proto__'));
    await handle(inConversation('r-0'));
    await clock.advance(60_000);
    expect(sent).toEqual([]);
    expect(claims.size).toBe(0);
  });

  it('waits for the output of the page', async () => {
    const { sent, handle, clock } = createRunner({ lookup: tool(() => 1) });
    await handle(done('r', 'lookup', 'showMap'), inConversation('r-0'));
    await clock.advance(60_000);
    expect(sent).toEqual([output('r-0', 1)]);
  });

  it('leaves the next response to the page when its output is the last', async () => {
    const { sent, handle, clock } = createRunner({ lookup: tool(() => 1) });
    await handle(done('r', 'lookup', 'showMap'), inConversation('r-0'));
    await handle(inConversation('r-1'));
    await clock.advance(999);
    await handle(started('s'));
    await clock.advance(60_000);
    await handle(done('s'));
    expect(sent).toEqual([output('r-0', 1)]);
  });

  it('asks for the next response when the page does not', async () => {
    const { sent, handle, clock } = createRunner({ lookup: tool(() => 1) });
    await handle(done('r', 'lookup', 'showMap'), inConversation('r-0'));
    await handle(inConversation('r-1'));
    await clock.advance(1000);
    expect(sent).toEqual([output('r-0', 1), next]);
  });

  it('asks after the response that the page started too early', async () => {
    const { tool: slow, results } = pendingTool();
    const { sent, handle } = createRunner({ slow });
    await handle(done('r', 'slow', 'showMap'), inConversation('r-1'), started('s'));
    results[0]?.(1);
    await handle();
    expect(sent).toEqual([output('r-0', 1)]);
    await handle(inConversation('r-0'), done('s'));
    expect(sent).toEqual([output('r-0', 1), next]);
  });

  it('asks for no response when one started with all outputs', async () => {
    const { tool: slow, results } = pendingTool();
    const { sent, handle, clock } = createRunner({ slow });
    await handle(done('r', 'slow'), started('s'));
    results[0]?.(1);
    await handle();
    await handle(inConversation('r-0'), started('t'));
    await handle(done('s'), done('t'));
    await clock.advance(120_000);
    expect(sent).toEqual([output('r-0', 1)]);
  });

  it('does not ask twice while a response has not started yet', async () => {
    const { sent, handle, clock } = createRunner({ lookup: tool(() => 1) });
    await handle(done('r', 'lookup'), done('s', 'lookup'));
    await clock.advance(4000);
    const expected = [output('r-0', 1), next, output('s-0', 1)];
    expect(sent).toEqual(expected);
    await handle(inConversation('r-0'), inConversation('s-0'), started('t'), done('t'));
    await clock.advance(60_000);
    expect(sent).toEqual(expected);
  });

  it('asks again for outputs that a response has not seen', async () => {
    const { sent, handle, clock } = createRunner({ lookup: tool(() => 1) });
    await handle(done('r', 'lookup'), done('s', 'lookup'));
    await handle(inConversation('r-0'), started('t'), inConversation('s-0'));
    await clock.advance(4000);
    expect(sent).toHaveLength(3);
    await handle(done('t'));
    expect(sent).toEqual([output('r-0', 1), next, output('s-0', 1), next]);
  });

  it('asks for the next response when the end of a response was lost', async () => {
    const { sent, handle, clock } = createRunner({ lookup: tool(() => 1) });
    await handle(started('lost'), done('r', 'lookup'));
    await clock.advance(59_999);
    expect(sent).toEqual([output('r-0', 1)]);
    await clock.advance(1);
    expect(sent).toEqual([output('r-0', 1), next]);
  });

  it('leaves no timer behind when the call ends', async () => {
    const { controller, handle, clock } = createRunner({ lookup: tool(() => 1) });
    await handle(done('r', 'lookup'), started('s'), done('t', 'lookup', 'showMap'), inConversation('t-1'));
    controller.abort();
    expect(clock.pending()).toBe(0);
  });
});
