import type { IncomingMessage } from 'node:http';
import { SDP } from '../faults/apply-fault.ts';
import type { AnswerFault } from '../faults/apply-fault.ts';
import type { HttpResponse } from '../http/response.ts';

/** Changes the response for a Realtime call that was created. */
export function changeAnswer(
  response: HttpResponse,
  fault: AnswerFault,
  { headers: { host = '' } }: IncomingMessage,
): HttpResponse {
  const { location = '', ...headers } = response.headers ?? {};
  switch (fault) {
    case 'answer-cut':
      return { ...response, delivery: 'truncated' };
    case 'answer-invalid':
      return { ...response, body: SDP };
    case 'answer-missing':
      return { ...response, body: '' };
    case 'status-200':
      return { ...response, status: 200 };
    case 'ice-fails':
      return { ...response, body: closePorts(String(response.body)) };
    case 'location-missing':
      return { ...response, headers };
    case 'location-absolute':
      return { ...response, headers: { ...headers, location: `http://${host}${location}` } };
    case 'location-foreign':
      return { ...response, headers: { ...headers, location: `https://calls.example${location}` } };
    case 'location-junk':
      return { ...response, headers: { ...headers, location: `${location}/more?than=the-id` } };
  }
}

/** Nothing listens on the port for discarded data. */
export function closePorts(sdp: string): string {
  return sdp.replace(/^(a=candidate:\S+ \d+ udp \d+ \S+) \d+ /gm, '$1 9 ');
}
