import type { Line } from './talk-state.ts';

/** The connection in a few words. */
export function LineStatus({ line }: { line: Line }) {
  return (
    <p role="status" className={`line is-${line.status}`} data-testid="line" data-line={line.status}>
      <span className="line-dot" aria-hidden="true" />
      {words(line)}
    </p>
  );
}

function words(line: Line): string {
  switch (line.status) {
    case 'idle':
      return 'Not connected';
    case 'connecting':
      return 'Connecting';
    case 'live':
      return line.answering === 'yes' ? 'Live, answering' : 'Live';
    case 'reconnecting':
      return `Reconnecting, try ${line.attempt}`;
    case 'ended':
      return 'Hung up';
    case 'failed':
      return line.reason;
  }
}
