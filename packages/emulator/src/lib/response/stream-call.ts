import { randomId } from '../credentials/random-id.ts';
import type { Item } from '../conversation/item.ts';
import type { Answer } from './choose-answer.ts';
import { openItem } from './open-item.ts';
import { pace } from './pace.ts';
import type { Outcome } from './response-object.ts';
import { stoppedBecause } from './stopped-because.ts';
import type { ResponseStart } from './response-start.ts';

const PIECE_LENGTH = 12;

/**
 * Calls one of the client's functions: its arguments come piece by piece, then as a whole.
 *
 * @param start - The response.
 * @param call - Name and arguments.
 */
export async function streamCall(
  start: ResponseStart,
  { name, args }: Extract<Answer, { kind: 'call' }>,
): Promise<{ item: Item; outcome: Outcome }> {
  const { state, send, paceMs, stop } = start;
  const call_id = randomId('call');
  const open = openItem(start, { type: 'function_call', name, call_id, arguments: '' });
  const position = { response_id: state.id, item_id: open.item.id, output_index: 0, call_id };
  for (let from = 0; from < args.length; from += PIECE_LENGTH) {
    if ((await pace(paceMs, stop)) === 'stopped') {
      const item = open.close({ status: 'incomplete', arguments: args.slice(0, from) });
      return { item, outcome: stoppedBecause(stop) };
    }
    const delta = args.slice(from, from + PIECE_LENGTH);
    send({ type: 'response.function_call_arguments.delta', ...position, delta });
  }
  send({ type: 'response.function_call_arguments.done', ...position, name, arguments: args });
  return {
    item: open.close({ status: 'completed', arguments: args }),
    outcome: { status: 'completed' },
  };
}
