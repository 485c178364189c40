import { TooManyBytes } from '../gate/read-bytes.ts';

/** Words for what the network says. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; start the server, or check the port',
  ECONNRESET: 'the server hung up; look at its log',
  ENOTFOUND: 'there is no such host; check the name',
  EAI_AGAIN: 'the name could not be looked up; check the network',
  ETIMEDOUT: 'the host does not answer; check the address and the firewall',
  UND_ERR_SOCKET: 'the server hung up; look at its log',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; run with NODE_EXTRA_CA_CERTS set to it',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed; run with NODE_EXTRA_CA_CERTS set to it',
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; check the name',
};

function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return '';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  if ('errors' in thrown && Array.isArray(thrown.errors)) return codeOf(thrown.errors[0]);
  return 'cause' in thrown ? codeOf(thrown.cause) : '';
}

/**
 * Says why there was no answer, in words of our own.
 *
 * @param thrown - What `fetch` threw.
 */
export function explainFailure(thrown: unknown): string {
  if (thrown instanceof TooManyBytes) return 'the answer is far too long for a token; check the address';
  const name = thrown instanceof Error ? thrown.name : '';
  if (name === 'TimeoutError') return 'no answer in time; look at its log, or raise --timeout';
  const code = codeOf(thrown);
  return (
    reasons[code] ??
    `no usable answer (${/^[A-Z][A-Z\d_]*$/.test(code) ? code : 'unknown reason'}); check the address`
  );
}
