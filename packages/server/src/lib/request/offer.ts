import { ProblemError } from '../problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The first line of every session description (RFC 8866). */
const FIRST_LINE = /^v=0\r?\n/;
const AUDIO = /^m=audio \d/m;
const DATA_CHANNEL = /^m=application \d/m;

/** A NUL or half of a surrogate pair, neither of which SDP can contain. */
const BROKEN = /[\0\p{Cs}]/u;

/**
 * Checks the offer of a page cheaply, before anything is spent on it.
 *
 * @throws ProblemError `invalid_offer` unless it offers audio and a data channel.
 */
export function checkOffer(sdp: unknown): string {
  const isOffer =
    typeof sdp === 'string' &&
    FIRST_LINE.test(sdp) &&
    AUDIO.test(sdp) &&
    DATA_CHANNEL.test(sdp) &&
    !BROKEN.test(sdp);
  if (!isOffer) throw new ProblemError('invalid_offer');
  return sdp;
}

/**
 * Reads a body that is an offer.
 *
 * @throws ProblemError `invalid_offer`.
 */
export function readOffer(bytes: Uint8Array): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new ProblemError('invalid_offer');
  }
  return checkOffer(text);
}
