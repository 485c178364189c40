import { BodyTooLargeError } from './probe.ts';

/** Environment variables of the process. */
type Environment = Readonly<Record<string, string | undefined>>;

const SELF_SIGNED = 'the certificate is self-signed; set NODE_EXTRA_CA_CERTS to the certificate file';
const INCOMPLETE_CHAIN =
  'the certificate has an unknown issuer; let the server send its intermediate certificates, or set NODE_EXTRA_CA_CERTS to the file of a private authority';
const CLOSED = 'the server closed the connection; check its log';
const TIMED_OUT = 'connection timed out; check the URL and the firewall';
const NO_ROUTE = 'no network path to the host; check the network and the VPN';

const networkErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused; start the server, or check the port',
  ECONNRESET: CLOSED,
  UND_ERR_SOCKET: CLOSED,
  EPIPE: CLOSED,
  ENOTFOUND: 'unknown host; check the host name',
  EAI_AGAIN: 'DNS lookup failed; check the network',
  ETIMEDOUT: TIMED_OUT,
  UND_ERR_CONNECT_TIMEOUT: TIMED_OUT,
  UND_ERR_HEADERS_TIMEOUT: TIMED_OUT,
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: SELF_SIGNED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: INCOMPLETE_CHAIN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: INCOMPLETE_CHAIN,
  CERT_HAS_EXPIRED: 'the certificate has expired; renew it',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet; check the clocks of both machines',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name; check the host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not use TLS on this port; use http:// or another port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not use TLS on this port; use http:// or another port',
  HPE_INVALID_CONSTANT: 'the server does not speak HTTP on this port; use https:// or another port',
};

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** Reasons that a proxy which is not used would explain: the connection did not come about. */
const UNREACHABLE = /^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|UND_ERR_CONNECT|EHOST|ENET)/;

/**
 * Describes why a request got no response, with the remedy. Does not quote what was thrown: foreign messages can contain secrets.
 *
 * @param env - Environment variables, to see whether a proxy is configured.
 */
export function describeRequestError(thrown: unknown, env: Environment): string {
  if (thrown instanceof BodyTooLargeError) return 'the response is too large for a token; check the URL';
  if (thrown instanceof Error && thrown.name === 'TimeoutError') {
    return `no response before the timeout; check the server log, or raise --timeout${proxyHint(env)}`;
  }
  const code = errorCode(thrown);
  const shownCode = /^[A-Z][A-Z\d_]*$/.test(code) ? code : 'unknown reason';
  const reason = networkErrors[code];
  const message =
    reason === undefined
      ? `the request failed (${shownCode}); check the URL`
      : reason.replace(';', ` (${shownCode});`);
  return UNREACHABLE.test(code) ? `${message}${proxyHint(env)}` : message;
}

function errorCode(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return '';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  if ('errors' in thrown && Array.isArray(thrown.errors)) return errorCode(thrown.errors[0]);
  return 'cause' in thrown ? errorCode(thrown.cause) : '';
}

/** Node's `fetch` does not use the proxy of the environment by default. The value can contain credentials: it is not shown. */
function proxyHint(env: Environment): string {
  const variable = PROXY_VARIABLES.find((name) => (env[name] ?? '') !== '');
  if (variable === undefined || env['NODE_USE_ENV_PROXY'] === '1') return '';
  return `. ${variable} is set, but Node does not use it by default: set NODE_USE_ENV_PROXY=1 with Node 24, or run the doctor where no proxy is needed`;
}
