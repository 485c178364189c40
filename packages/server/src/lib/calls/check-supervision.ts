import { checkOneOf } from '../validate.ts';
import type { CallHandlerOptions } from './call-options.ts';

type Need = readonly [name: string, isSet: (options: AnyCallOptions) => unknown];

/** What needs the events of each call while it runs. */
const eventsOnly: readonly Need[] = [
  ['callLimits.idleTimeoutMs', ({ callLimits }) => callLimits?.idleTimeoutMs],
  ['tools', ({ tools }) => (Object.keys(tools ?? {}).length > 0 ? tools : undefined)],
  ['onCall', ({ onCall }) => onCall],
  ["transcripts: 'events'", ({ transcripts }) => (transcripts === 'events' ? transcripts : undefined)],
];

/** What needs a process that watches each call. */
const attachedOnly: readonly Need[] = [
  ...eventsOnly,
  ['callLimits.budget', ({ callLimits }) => callLimits?.budget],
];

type AnyCallOptions = Pick<
  CallHandlerOptions,
  'callLimits' | 'supervision' | 'store' | 'transcripts' | 'upstream' | 'maxOutputTokens'
> & { readonly tools?: object; readonly onCall?: unknown };

/** Runtimes that end or freeze a process when its response is sent. */
function detectServerless(): string | undefined {
  if (typeof navigator === 'object' && navigator.userAgent === 'Cloudflare-Workers') return 'workerd';
  try {
    const name = typeof process === 'undefined' ? undefined : process.env['AWS_LAMBDA_FUNCTION_NAME'];
    return name === undefined ? undefined : 'AWS Lambda';
  } catch {
    // Deno throws if the variable may not be read.
    return undefined;
  }
}

/**
 * Refuses options that need a connection.
 *
 * @throws TypeError Names the option and the remedy.
 */
function checkDetached(
  needs: typeof attachedOnly,
  options: AnyCallOptions,
  advice: { readonly without: string; readonly use: string },
): void {
  for (const [name, isSet] of needs) {
    if (isSet(options) === undefined) continue;
    throw new TypeError(
      `${name} needs a connection to each call, which ${advice.without} does not have; leave it out, or use ${advice.use}.`,
    );
  }
}

function checkSweep({ store, upstream, ...options }: AnyCallOptions): void {
  checkDetached(attachedOnly, options, {
    without: "`supervision: 'sweep'`",
    use: "`supervision: 'attached'` on a long-running server",
  });
  if (upstream !== undefined && upstream.pageUpdates !== 'allow') {
    throw new TypeError(
      "pageUpdates needs a connection to each call, which `supervision: 'sweep'` does not have; set `pageUpdates: 'allow'` in the upstream.",
    );
  }
  if (store?.scope !== 'shared') {
    throw new TypeError(
      "store: `supervision: 'sweep'` needs a store that other processes can read; set `store: redisCallStore(redis)`.",
    );
  }
}

/** Checks what is different for the Live API. */
function checkLive(options: AnyCallOptions, runtime: string | undefined): void {
  const { upstream, tools = {}, maxOutputTokens } = options;
  if (upstream?.api !== 'live') return;
  if (Object.keys(tools).length > 0) {
    throw new TypeError(
      "tools: a Live session has no functions, it delegates work; leave `tools` out, and either set `session.delegation` to { type: 'responses', responses: { model, tools } }, whose functions you answer in `onCall`, or do the work in `onCall`.",
    );
  }
  if (maxOutputTokens !== undefined) {
    throw new TypeError(
      'maxOutputTokens: a Live session is billed by time and has no such limit; leave it out. `session.delegation.responses.max_output_tokens` limits delegated responses.',
    );
  }
  if (runtime === 'workerd') {
    throw new TypeError(
      'upstream: Live sessions are ended over a WebSocket of the package `ws`, which workerd does not have; create them in Node, Bun or Deno, or use openaiCalls().',
    );
  }
  if (upstream.sideband === 'during-call') return;
  checkDetached(eventsOnly, options, { without: "`sideband: 'at-end'`", use: "`sideband: 'during-call'`" });
}

/**
 * Checks what the options mean together.
 *
 * @throws TypeError Names the option and the remedy.
 */
export function checkSupervision(options: AnyCallOptions): 'attached' | 'sweep' {
  const supervision = checkOneOf('supervision', options.supervision ?? 'attached', ['attached', 'sweep']);
  const runtime = detectServerless();
  checkLive(options, runtime);
  if (supervision === 'sweep') checkSweep(options);
  else if (runtime !== undefined) {
    throw new TypeError(
      `supervision: 'attached' needs a long-running server, and this is ${runtime}; set \`supervision: 'sweep'\` and \`store: redisCallStore(redis)\`, and call sweep() from a scheduled job.`,
    );
  }
  return supervision;
}
