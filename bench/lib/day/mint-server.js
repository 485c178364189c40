import { Buffer } from 'node:buffer';

/** From the request to the response. */
const LATENCY_MS = 200;

/** A mint route, and the API that checks its tokens with a correct clock. */
export function createMintServer(browser, lifetimeS) {
  const expiries = new Map();
  let isUp = true;
  const counts = { requests: 0, mints: 0, outageRequests: 0 };

  /** Returns a response, or throws if there is no network. */
  async function request() {
    const isOutage = !isUp || !browser.isOnline();
    counts.requests += 1;
    if (isOutage) counts.outageRequests += 1;
    if (!browser.isOnline()) throw new TypeError('Failed to fetch');
    await browser.delay(LATENCY_MS);
    if (!isUp) return { status: 503, serverS: browser.serverS(), body: { error: 'unavailable' } };
    counts.mints += 1;
    const serverS = browser.serverS();
    const expiresAtS = Math.floor(serverS) + lifetimeS;
    const value = createJwt({
      iat: Math.floor(serverS),
      nbf: Math.floor(serverS),
      exp: expiresAtS,
      n: counts.mints,
    });
    expiries.set(value, expiresAtS);
    return { status: 200, serverS, body: { value, expires_at: expiresAtS, expires_in: lifetimeS } };
  }

  return {
    counts,
    lifetimeMs: lifetimeS * 1000,
    request,
    /** Returns the parsed response or throws, as a manual `fetch` does. */
    async mint() {
      const { status, body } = await request();
      if (status !== 200) throw new Error(`The mint route responded with ${status}.`);
      return body;
    },
    /** Whether the API accepts a token now. */
    accepts: (value) => (expiries.get(value) ?? 0) > browser.serverS(),
    goDown() {
      isUp = false;
    },
    goUp() {
      isUp = true;
    },
  };
}

/** Some clients read the expiry from the token, so every token is a JWT. */
function createJwt(payload) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [encode({ alg: 'none' }), encode(payload), 'x'].join('.');
}
