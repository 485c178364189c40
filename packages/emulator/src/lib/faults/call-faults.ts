import type { FaultEntry } from './catalog.ts';

const CALLS = ['calls'] as const;
const CALLS_AND_HANGUP = ['calls', 'hangup'] as const;
const SIDEBAND = ['sideband'] as const;

/** The faults of calls that a server creates, supervises and ends. */
export const CALL_FAULTS = {
  conflict: {
    targets: CALLS_AND_HANGUP,
    description: '409 conflict',
    summary: 'The API refuses because of another request.',
  },
  'reset-before': {
    targets: CALLS_AND_HANGUP,
    description: 'breaks the connection without a response; the request has no effect',
    summary: 'The connection breaks before the API has done anything.',
  },
  'reset-after': {
    targets: CALLS_AND_HANGUP,
    description: 'does what the request asks for, then breaks the connection without a response',
    summary: 'The API has done its work, but the answer is lost.',
  },
  'hang-after': {
    targets: CALLS_AND_HANGUP,
    description: 'does what the request asks for, and never responds',
    summary: 'The API has done its work, but never answers.',
  },
  'error-after': {
    targets: CALLS_AND_HANGUP,
    description: 'does what the request asks for, and responds with 500 server_error',
    summary: 'The API has done its work, but reports an error.',
  },
  'answer-cut': {
    targets: CALLS,
    description: 'creates the call, and breaks the connection in the middle of the answer',
    summary: 'The call exists, but its answer arrives in part.',
  },
  'answer-invalid': {
    targets: CALLS,
    description: '201 for a call with an answer that setRemoteDescription() rejects',
    summary: 'The browser rejects the answer to the offer.',
  },
  'answer-missing': {
    targets: CALLS,
    description: '201 for a call without an answer',
    summary: 'The call exists, but its answer is missing.',
  },
  'status-200': {
    targets: CALLS,
    description: '200 in place of 201 for a call',
    summary: 'The API reports success with another status.',
  },
  'location-missing': {
    targets: CALLS,
    description: '201 for a call without Location; for a Live session, without id',
    summary: 'The call exists, but its id is missing.',
  },
  'location-absolute': {
    targets: CALLS,
    description: '201 for a call with a complete URL in Location; for a Live session, as id',
    summary: 'The address of the call is a complete URL.',
  },
  'location-foreign': {
    targets: CALLS,
    description: '201 for a call with a URL of another host in Location; for a Live session, as id',
    summary: 'The address of the call names another host.',
  },
  'location-junk': {
    targets: CALLS,
    description: '201 for a call with more after the id in Location; for a Live session, in its id',
    summary: 'The address of the call contains more than its id.',
  },
  'ice-fails': {
    targets: CALLS,
    description: '201 for a call with an answer that nothing can connect to',
    summary: 'The page never connects.',
  },
  'page-leaves': {
    targets: CALLS,
    description: 'a page whose connection closes as soon as it opens; a Realtime call continues',
    summary: 'The page hangs up immediately.',
  },
  'page-updates': {
    targets: CALLS,
    description: 'a page that changes its instructions as soon as it connects',
    summary: 'The page changes the settings of the call.',
  },
  'call-not-found': {
    targets: ['sideband', 'hangup'],
    description: '404 call_id_not_found, although the call exists; session_id_not_found for a Live session',
    summary: 'The API does not find a call that exists.',
  },
  'not-reading': {
    targets: SIDEBAND,
    description: 'sends events, and never reads those of the client',
    summary: 'The API does not read what a server sends.',
  },
  replay: {
    targets: SIDEBAND,
    description: 'the newest 20 events again, with the same ids, when a sideband attaches',
    summary: 'A server receives events again that it has seen.',
  },
  'unknown-event': {
    targets: SIDEBAND,
    description: 'an event of an unknown type comes first',
    summary: 'The first event of a call is not a known one.',
  },
  'null-code-error': {
    targets: SIDEBAND,
    description: 'an error event with the code null comes first',
    summary: 'An error has no code.',
  },
  'large-event': {
    targets: SIDEBAND,
    description: 'an event of 2 MiB comes first',
    summary: 'An event is very large.',
  },
  'ends-while-attaching': {
    targets: SIDEBAND,
    description: 'the call ends as soon as a sideband attaches',
    summary: 'The call ends while a server connects to it.',
  },
  'expires-while-ending': {
    targets: ['hangup'],
    description:
      'the call reaches its limit first: session_expired, then 404 call_id_not_found; for a Live session, session.closed with expired',
    summary: 'The call reaches its time limit before it is hung up.',
  },
} as const satisfies Readonly<Record<string, FaultEntry>>;
