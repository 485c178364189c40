import { invalidRequest } from '../http/http-error.ts';

const REQUIRED_LINES = [
  /^v=0\r?$/m,
  /^a=ice-ufrag:/m,
  /^a=ice-pwd:/m,
  /^a=fingerprint:/m,
  /^m=(?:audio|application) /m,
];

/**
 * Validates an offer and removes its candidates: the peer responds to the address packets come from, so that no address in an
 * offer is ever resolved or contacted. Throws {@link HttpError} 400 `invalid_offer`.
 */
export function prepareOffer(sdp: string): string {
  if (!sdp.endsWith('\n')) throw invalidOffer('Failed to parse offer: failed to unmarshal SDP: EOF');
  if (!REQUIRED_LINES.every((line) => line.test(sdp)))
    throw invalidOffer('Invalid SDP offer. Please try again with a WHIP-compliant offer.');
  const codecs = /^m=audio \d+ \S+ (.*)$/m.exec(sdp)?.[1]?.trim().split(' ');
  if (codecs !== undefined && !codecs.includes('0'))
    throw invalidOffer('The emulator supports PCMU only (RFC 7874); keep it among the codecs of the offer.');
  return sdp.replace(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gm, '');
}

export function invalidOffer(message: string): Error {
  return invalidRequest(400, { message, code: 'invalid_offer' });
}
