import { performance } from 'node:perf_hooks';

const { fetch, Request } = globalThis;

/** An offer with audio and a data channel, as a browser makes it, without candidates. */
const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=rtpmap:111 opus/48000/2',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=mid:1',
  'a=sctp-port:5000',
  '',
].join('\r\n');

const BODY = JSON.stringify({ sdp: OFFER });

let users = 0;

const createUser = () => `user-${(users += 1)}`;

/** The request of another user for a call, for a handler in this process. */
export function createCallRequest() {
  const headers = { 'content-type': 'application/json', 'x-user': createUser() };
  return new Request('https://app.example.com/calls', { method: 'POST', headers, body: BODY });
}

/** Creates calls, each of another user. Resolves to the users, and the milliseconds of each creation. */
export async function createCalls(port, { calls, connections }) {
  const created = [];
  const times = [];
  const work = async () => {
    while (created.length < calls) {
      const user = createUser();
      created.push(user);
      const startMs = performance.now();
      const response = await fetch(`http://127.0.0.1:${port}/calls`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-user': user },
        body: BODY,
      });
      const text = await response.text();
      if (response.status !== 201) throw new Error(`The server responded with ${response.status}: ${text}`);
      times.push(performance.now() - startMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return { users: created, times };
}
