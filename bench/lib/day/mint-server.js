import { Buffer } from 'node:buffer';

/** From the request to its answer. */
const LATENCY_MS = 200;

/** A mint route, and the API that judges its tokens by a clock that is right. */
export function createMintServer(world, lifetimeS) {
  const expiries = new Map();
  let isUp = true;
  const counts = { requests: 0, mints: 0, requestsInOutage: 0 };

  /** What a request ends with: an answer, or nothing where there is no network. */
  async function request() {
    const isOutage = !isUp || !world.isOnline();
    counts.requests += 1;
    if (isOutage) counts.requestsInOutage += 1;
    if (!world.isOnline()) throw new TypeError('Failed to fetch');
    await world.after(LATENCY_MS);
    if (!isUp) return { status: 503, serverS: world.serverS(), body: { error: 'unavailable' } };
    counts.mints += 1;
    const serverS = world.serverS();
    const expiresAtS = Math.floor(serverS) + lifetimeS;
    const value = asJwt({
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
    /** The parsed answer, or an error: what a fetch written by hand makes of it. */
    async mint() {
      const { status, body } = await request();
      if (status !== 200) throw new Error(`The mint route answered ${status}.`);
      return body;
    },
    /** Whether the API takes a token now. */
    accepts: (value) => (expiries.get(value) ?? 0) > world.serverS(),
    goDown() {
      isUp = false;
    },
    comeBack() {
      isUp = true;
    },
  };
}

/** Some peers read the times out of the token, so every token has them. */
function asJwt(payload) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'none' }), part(payload), 'x'].join('.');
}
