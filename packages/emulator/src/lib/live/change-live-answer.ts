import type { IncomingMessage } from 'node:http';
import { closePorts } from '../calls/change-answer.ts';
import { SDP } from '../faults/apply-fault.ts';
import type { AnswerFault } from '../faults/apply-fault.ts';
import type { HttpResponse } from '../http/response.ts';

/** The response for a session that was created. */
export interface LiveResponse extends HttpResponse {
  readonly body: {
    readonly session: { readonly id: string };
    readonly transport: { readonly type: 'webrtc'; readonly sdp: string };
  };
}

/** Changes the response for a Live session that was created. What `Location` names for a call, `session.id` names here. */
export function changeLiveAnswer(
  response: LiveResponse,
  fault: AnswerFault,
  { headers: { host = '' } }: IncomingMessage,
): HttpResponse {
  const { session, transport } = response.body;
  const path = `/v1/live/sessions/${session.id}`;
  const withId = (id: string): HttpResponse => ({ ...response, body: { session: { id }, transport } });
  const withSdp = (sdp: string): HttpResponse => ({
    ...response,
    body: { session, transport: { ...transport, sdp } },
  });
  switch (fault) {
    case 'answer-cut':
      return { ...response, delivery: 'truncated' };
    case 'answer-invalid':
      return withSdp(SDP);
    case 'answer-missing':
      return { ...response, body: { session, transport: { type: 'webrtc' } } };
    case 'status-200':
      return { ...response, status: 200 };
    case 'ice-fails':
      return withSdp(closePorts(transport.sdp));
    case 'location-missing':
      return { ...response, body: { session: {}, transport } };
    case 'location-absolute':
      return withId(`http://${host}${path}`);
    case 'location-foreign':
      return withId(`https://calls.example${path}`);
    case 'location-junk':
      return withId(`${session.id}/more?than=the-id`);
  }
}
