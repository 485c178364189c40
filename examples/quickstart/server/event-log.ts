import type { AuditEvent } from '@realtime-session/server';

/**
 * Turns audit events into a log a person can read: one plain sentence when trouble starts, one when it is over.
 * Never a key, a token or a word of the upstream.
 *
 * @param write - Takes one line.
 */
export function createEventLog(write: (line: string) => void): (event: AuditEvent) => void {
  let trouble: string | undefined;
  return (event) => {
    if (event.type === 'minted' && trouble !== undefined) write('Tokens are minted again.');
    const next = event.type === 'minted' ? undefined : (sentence(event) ?? trouble);
    if (next !== undefined && next !== trouble) write(next);
    trouble = next;
  };
}

function sentence(event: Exclude<AuditEvent, { type: 'minted' }>): string | undefined {
  switch (event.type) {
    case 'failed':
      return failure(event);
    case 'refused':
      return `A token was refused with ${event.status} (${event.code}).`;
    case 'aborted':
    case 'preflight':
      return undefined;
  }
}

function failure({ upstreamStatus, code, remedy }: Extract<AuditEvent, { type: 'failed' }>): string {
  if (upstreamStatus === 401) {
    return 'The API refused OPENAI_API_KEY: check that it is complete, not revoked and of the right project, then start again.';
  }
  return `No token could be minted (${code}): ${remedy ?? 'it is tried again while a page is open.'}`;
}
