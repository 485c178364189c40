import { Refusal } from '../errors/refusal.ts';
import type { CallState } from './call-state.ts';
import type { HandlerConfig } from './handler-config.ts';
import type { Principal } from './principal.ts';
import { runHook } from './run-hook.ts';

const LONGEST_ID = 512;

/** Whether what `authorize` answered names somebody. Its type says so; plain JavaScript may not. */
function isPrincipal(value: unknown): value is Principal {
  if (typeof value !== 'object' || value === null || !('id' in value)) return false;
  return typeof value.id === 'string' && value.id !== '' && value.id.length <= LONGEST_ID;
}

/**
 * Asks the owner who is calling.
 *
 * @throws Refusal `unauthorized`, `internal_error` or `hook_timeout`.
 */
export async function identifyPrincipal<P extends Principal>(
  config: HandlerConfig<P>,
  call: CallState,
): Promise<P> {
  const { request, signal: parent, address, incoming, trail } = call;
  const hook = { name: 'authorize', timeoutMs: config.timeoutMs, parent };
  const principal = await runHook(hook, (step) =>
    config.authorize(request, {
      address,
      incoming,
      requestId: trail.requestId,
      get signal() {
        return step.signal;
      },
    }),
  );
  if (principal === null || principal === undefined || principal === false) throw new Refusal('unauthorized');
  if (isPrincipal(principal)) return principal;
  const remedy = '`authorize` must return { id } with a string of 1..512 characters, or null to refuse.';
  throw new Refusal('internal_error', { remedy });
}
