import type { NodeExchange } from './node-message.ts';

/**
 * Lets what is left of a body pass by unread once the answer is out. A body that is refused midway is cancelled, and Node
 * then pauses the connection at every further chunk of it, so the next request on the connection would never arrive.
 * (HTTP/2 ends a stream without the rest.)
 *
 * @param exchange - The request that may be answered early.
 */
export function letRestPass({ message, response }: NodeExchange): void {
  if (message.httpVersionMajor > 1) return;
  const { socket } = message;
  const flow = (): void => {
    if (message.complete) socket.off('pause', flow);
    else socket.resume();
  };
  response.once('finish', () => {
    if (message.complete) return;
    socket.on('pause', flow);
    flow();
  });
}
