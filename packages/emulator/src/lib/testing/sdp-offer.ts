/**
 * The smallest offer with audio and a data channel. An emulator with `media: 'none'` accepts it, so that a test can create a
 * call without a browser; others need a browser's offer.
 */
export const SDP_OFFER: string = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0',
  'a=mid:0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=mid:1',
  '',
].join('\r\n');
