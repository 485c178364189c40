import type { CallOffer, CreatedUpstreamCall } from './call-upstream.ts';
import { readAnswer } from './request-call.ts';
import type { CreateProtocol, ReceivedResponse } from './request-call.ts';

const CALL_PATH = /\/realtime\/calls\/(rtc_[\w-]{1,128})$/;

/** A part of a multipart body. File names are left out, because some servers treat a part that has one as an upload. */
function formPart(name: string, type: string, content: string): string {
  return `Content-Disposition: form-data; name="${name}"\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
}

function toRequest(offer: CallOffer): ReturnType<CreateProtocol['toRequest']> {
  const boundary = `realtime-session-${crypto.randomUUID()}`;
  const parts = [
    formPart('sdp', 'application/sdp', offer.sdp),
    formPart('session', 'application/json', JSON.stringify(offer.session)),
  ];
  return {
    headers: {
      ...(offer.safetyIdentifier === undefined ? {} : { 'OpenAI-Safety-Identifier': offer.safetyIdentifier }),
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      Accept: 'application/sdp',
    },
    body: `${parts.map((part) => `--${boundary}\r\n${part}`).join('')}--${boundary}--\r\n`,
  };
}

/**
 * Reads the id of a call from `Location`. The host is not compared: the id is only ever sent to the upstream's own address, where
 * a foreign one is unknown.
 */
function readCallId(response: Response, url: string): string | undefined {
  const location = response.headers.get('location');
  if (location === null || !URL.canParse(location, url)) return undefined;
  const { pathname, search, hash } = new URL(location, url);
  return search === '' && hash === '' ? CALL_PATH.exec(pathname)?.[1] : undefined;
}

function hasTrustedLocation(response: Response, url: string): boolean {
  const location = response.headers.get('location') ?? '';
  return new URL(location, url).origin === new URL(url).origin;
}

function readCreated({ response, text, isCut, url }: ReceivedResponse): CreatedUpstreamCall | undefined {
  const id = readCallId(response, url);
  if (id === undefined) return undefined;
  const isUsable = response.ok && !isCut && hasTrustedLocation(response, url);
  return { id, answer: isUsable ? readAnswer(text) : undefined };
}

/** How a Realtime call is created. */
export const realtimeProtocol: CreateProtocol = { toRequest, readCreated, remedies: {} };
