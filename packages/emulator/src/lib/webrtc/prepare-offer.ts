import { invalidRequest } from '../http/api-failure.ts';

const NEEDED = [
  /^v=0\r?$/m,
  /^a=ice-ufrag:/m,
  /^a=ice-pwd:/m,
  /^a=fingerprint:/m,
  /^m=(?:audio|application) /m,
];

/**
 * Checks an offer and leaves its candidates out: callers are answered where their packets come from, so that no address of
 * theirs is ever looked up or called.
 *
 * @param sdp - The offer as it was sent.
 * @throws {@link ApiFailure} 400 `invalid_offer` for what is no offer, or has sound without PCMU.
 */
export function prepareOffer(sdp: string): string {
  if (!sdp.endsWith('\n')) throw invalidOffer('Failed to parse offer: failed to unmarshal SDP: EOF');
  if (!NEEDED.every((line) => line.test(sdp)))
    throw invalidOffer('Invalid SDP offer. Please try again with a WHIP-compliant offer.');
  const sound = /^m=audio \d+ \S+ (.*)$/m.exec(sdp)?.[1]?.trim().split(' ');
  if (sound !== undefined && !sound.includes('0'))
    throw invalidOffer('The emulator speaks PCMU only (RFC 7874); leave it among the codecs of the offer.');
  return sdp.replace(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gm, '');
}

/**
 * The refusal of an offer.
 *
 * @param message - What is wrong with it.
 */
export function invalidOffer(message: string): Error {
  return invalidRequest(400, { message, code: 'invalid_offer' });
}
