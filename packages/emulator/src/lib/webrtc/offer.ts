import { invalidRequest } from '../http/http-error.ts';
import { CODEC_NAMES } from './packet-codec.ts';
import type { OfferedCodec } from './packet-codec.ts';

/** What the emulator asks of every offer: audio and a data channel. */
const REQUIRED_SECTIONS = [/^v=0\r?$/m, /^m=audio /m, /^m=application /m];

/** What a peer needs to connect. */
const REQUIRED_ATTRIBUTES = [/^a=ice-ufrag:/m, /^a=ice-pwd:/m, /^a=fingerprint:/m];

/** Payload types that need no `rtpmap` line (RFC 3551). */
const STATIC_PAYLOAD_TYPES: ReadonlyMap<string, string> = new Map([
  ['0', 'pcmu'],
  ['8', 'pcma'],
]);

/** An offer that the emulator can answer. */
export interface PreparedOffer {
  /** SDP without candidates. */
  readonly sdp: string;
  readonly codec: OfferedCodec;
}

/**
 * Validates an offer, chooses its codec and removes its candidates: the peer responds to the address packets come from, so that
 * no address in an offer is ever resolved or contacted. Throws {@link HttpError} 400 `invalid_offer`.
 */
export function prepareOffer(sdp: string): PreparedOffer {
  requireLines(sdp, [...REQUIRED_SECTIONS, ...REQUIRED_ATTRIBUTES]);
  return { sdp: sdp.replace(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gm, ''), codec: chooseCodec(sdp) };
}

function requireLines(sdp: string, lines: readonly RegExp[]): void {
  if (!sdp.endsWith('\n')) throw invalidOffer('Failed to parse offer: failed to unmarshal SDP: EOF');
  if (!lines.every((line) => line.test(sdp)))
    throw invalidOffer('Invalid SDP offer. Please try again with a WHIP-compliant offer.');
}

/**
 * Returns a valid answer to an offer with audio and a data channel, to which nothing can connect. Throws {@link HttpError} 400
 * `invalid_offer`.
 */
export function createUnconnectedAnswer(offer: string): string {
  requireLines(offer, REQUIRED_SECTIONS);
  const sections = [...offer.matchAll(/^m=(\w+) [^]*?(?=^m=|(?![^]))/gm)].map(([text, kind], index) => ({
    line: /^m=(.*?)\r?$/m.exec(text)?.[1] ?? '',
    isAccepted: kind === 'audio' || kind === 'application',
    mid: /^a=mid:(.*?)\r?$/m.exec(text)?.[1] ?? String(index),
  }));
  const mids = sections.filter(({ isAccepted }) => isAccepted).map(({ mid }) => mid);
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mids.join(' ')}`,
    'a=ice-lite',
    ...sections.flatMap(({ line, isAccepted, mid }) =>
      isAccepted
        ? [
            `m=${line}`,
            'c=IN IP4 127.0.0.1',
            `a=mid:${mid}`,
            ...(line.startsWith('audio') ? ['a=sendrecv', 'a=rtcp-mux'] : ['a=sctp-port:5000']),
            ...UNCONNECTED_ATTRIBUTES,
          ]
        : [`m=${line.replace(/ \d+ /, ' 0 ')}`, `a=mid:${mid}`, 'a=inactive'],
    ),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

const UNCONNECTED_ATTRIBUTES = [
  'a=ice-ufrag:none',
  'a=ice-pwd:nonenonenonenonenonenone',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => '00').join(':')}`,
  'a=setup:passive',
  'a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host',
];

/** Chooses the preferred codec of the first audio section. */
function chooseCodec(sdp: string): OfferedCodec {
  const section = /^m=audio [^]*?(?=^m=|(?![^]))/m.exec(sdp)?.[0] ?? '';
  const names = readCodecNames(section);
  for (const name of CODEC_NAMES) {
    const payloadType = [...names.keys()].find((type) => names.get(type) === name);
    if (payloadType !== undefined) return { name, payloadType: Number(payloadType) };
  }
  throw invalidOffer('The offer has no codec that the emulator supports: Opus, PCMU or PCMA.');
}

/** Returns the codec of each payload type that an audio section offers, in lower case. */
function readCodecNames(section: string): ReadonlyMap<string, string | undefined> {
  const [, offered = ''] = /^m=audio \d+ \S+ (.*)$/m.exec(section) ?? [];
  const names = new Map(STATIC_PAYLOAD_TYPES);
  for (const [, type = '', name = ''] of section.matchAll(/^a=rtpmap:(\d+) ([\w-]+)\//gm))
    names.set(type, name.toLowerCase());
  return new Map(
    offered
      .trim()
      .split(' ')
      .map((type) => [type, names.get(type)]),
  );
}

export function invalidOffer(message: string): Error {
  return invalidRequest(400, { message, code: 'invalid_offer' });
}
