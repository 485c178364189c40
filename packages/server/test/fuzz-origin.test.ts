import { createSessionHandler } from '@realtime-session/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz, FUZZ_TIMEOUT_MS } from './support/fuzz.ts';
import { mintedBody } from './support/upstream.ts';

const allowed = ['https://ally.example', 'http://localhost:5173'];

const handler = createSessionHandler({
  apiKey: 'sk-of-the-tests-0123456789',
  authorize: () => ({ id: 'user-1' }),
  session: { model: 'gpt-realtime-2.1' },
  allowedOrigins: allowed,
  onEvent: () => undefined,
  limits: {
    perAddress: { max: 1_000_000, windowMs: 1000 },
    perPrincipal: { max: 1_000_000, windowMs: 1000 },
  },
  fetch: () => Promise.resolve(Response.json(mintedBody())),
});

const hosts = fc.constantFrom(
  'app.example', 'APP.example', 'app.example.', 'app.example:443', 'app.example:80', 'app.example:8443', 'app.example:08443', '127.0.0.1:3000',
  '0x7f.1', '[::1]:3000', '[0:0::1]:3000', 'localhost', 'xn--bcher-kva.example',
); // prettier-ignore

type Origin = (host: string) => string;

/** Origins of the host itself, exact or with one part changed, and origins of other hosts. */
const origins: fc.Arbitrary<Origin> = fc.oneof(
  fc
    .constantFrom(
      ...allowed,
      'null',
      'https://ally.example.evil.example',
      'https://ally.example/',
      'HTTPS://ally.example',
      '*',
    )
    .map(
      (text): Origin =>
        () =>
          text,
    ),
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom('https://', 'https://', 'http://', 'HTTP://', 'https:', 'ftp://', 'file://', ''),
        fc.constantFrom('', '', '', '', 'user@', 'app.example@', 'evil.', 'x:y@'),
        fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, hosts),
        fc.constantFrom(
          '',
          '',
          '',
          '',
          '.',
          ':443',
          ':444',
          '/',
          '/path',
          '?q',
          '#f',
          '.evil.example',
          '%00',
        ),
      )
      .map(
        ([scheme, user, other, end]): Origin =>
          (host) =>
            `${scheme}${user}${other ?? host}${end}`,
      ),
  },
  fc.oneof(fc.webUrl(), fc.string({ unit: 'grapheme-ascii', maxLength: 20 })).map(
    (text): Origin =>
      () =>
        text.trim(),
  ),
);

interface Claim {
  readonly origin: string | undefined;
  readonly site: string | undefined;
  readonly cookie: 'sent' | 'none';
  readonly host: string;
  readonly scheme: 'http' | 'https';
}

const claims: fc.Arbitrary<Claim> = fc
  .record({
    origin: fc.option(origins, { nil: undefined }),
    site: fc.option(
      fc.constantFrom('same-origin', 'same-site', 'cross-site', 'none', 'Same-Origin', '', 'x'),
      {
        nil: undefined,
        freq: 1,
      },
    ),
    cookie: fc.constantFrom('sent' as const, 'none' as const),
    host: hosts,
    scheme: fc.constantFrom('http' as const, 'https' as const),
  })
  .map(({ origin, ...rest }) => ({ ...rest, origin: origin?.(rest.host) }));

/** The two origins that a page of this host can have, serialized by the URL standard. */
function originsOf(host: string): Set<string> {
  const urls = [new URL(`https://${host}`), new URL(`http://${host}`)];
  // Browsers send a serialized host; any other form does not come from a browser.
  return new Set(urls.filter((url) => url.host === host.toLowerCase()).map((url) => url.origin));
}

/** The expected decision: the list, then Fetch Metadata that names a site, then the same host; without any of these, only a request without cookies is trusted. */
function isAllowed({ origin, site, cookie, host, scheme }: Claim): boolean {
  const words = ['same-origin', 'none', 'same-site', 'cross-site'];
  if (origin === 'null' || (site !== undefined && !words.includes(site))) return false;
  if (origin !== undefined && allowed.includes(origin)) return true;
  if (site !== undefined && site !== 'none') return site === 'same-origin';
  if (origin === undefined) return site === 'none' || cookie === 'none';
  return originsOf(host).has(origin) && (scheme === 'http' || origin.startsWith('https:'));
}

function requestOf({ origin, site, cookie, host, scheme }: Claim): Request {
  const headers = new Headers({ 'content-type': 'application/json', host });
  if (origin !== undefined) headers.set('origin', origin);
  if (site !== undefined) headers.set('sec-fetch-site', site);
  if (cookie === 'sent') headers.set('cookie', 'sid=1');
  return new Request(`${scheme}://${host}/mint`, { method: 'POST', headers, body: '{}' });
}

describe('the origin check, fuzzed', () => {
  it(
    'S07 S08 S10 agrees with a model built on the URL standard',
    async () => {
      const seen = { passed: 0, refused: 0, sameHost: 0 };
      const property = fc.asyncProperty(claims, async (claim) => {
        const passes = isAllowed(claim);
        seen[passes ? 'passed' : 'refused'] += 1;
        if (
          passes &&
          claim.site === undefined &&
          claim.origin !== undefined &&
          !allowed.includes(claim.origin)
        ) {
          seen.sameHost += 1;
        }
        const { status } = await handler(requestOf(claim));
        expect(status).toBe(passes ? 200 : 403);
      });
      await fc.assert(property, fuzz(4000));
      expect(Math.min(seen.passed, seen.refused)).toBeGreaterThan(400);
      expect(seen.sameHost).toBeGreaterThan(50);
    },
    FUZZ_TIMEOUT_MS,
  );
});
