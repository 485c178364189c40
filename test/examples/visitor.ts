/** How the pages of an example reach its server. */
export interface Routes {
  /** Its folder. */
  readonly name: string;
  /** Where somebody signs in. */
  readonly signIn: string;
  /** Where tokens are minted. */
  readonly mint: string;
}

const usual = { signIn: '/sign-in', mint: '/api/realtime-session' };

/** Every example with a mint route that the emulator stands behind. */
export const servers: readonly Routes[] = [
  { name: 'vanilla', ...usual },
  { name: 'vite-express', ...usual, signIn: '/api/sign-in' },
  { name: 'fastify', ...usual },
  { name: 'hono-workerd', ...usual },
  { name: 'commonjs', ...usual },
  { name: 'redis', ...usual },
];

/** The one with another issuer. */
export const otherIssuer: Routes = { name: 'other-issuer', signIn: '/sign-in', mint: '/api/speech-token' };

/** Posts as a page of that site does. */
function post(url: string, path: string, cookie = ''): Promise<Response> {
  const headers = { 'content-type': 'application/json', origin: url, ...(cookie === '' ? {} : { cookie }) };
  return fetch(url + path, { method: 'POST', headers, body: '{}' });
}

/** Asks for a token without having signed in. */
export const mintAsStranger = (url: string, { mint }: Routes): Promise<Response> => post(url, mint);

/** Signs in. */
export async function signIn(url: string, routes: Routes): Promise<string> {
  const answer = await post(url, routes.signIn);
  const [cookie = ''] = answer.headers.getSetCookie();
  if (!/HttpOnly/i.test(cookie) || !/SameSite=Strict/i.test(cookie)) throw new Error('The cookie is open.');
  return cookie.split(';', 1)[0] ?? '';
}

/** Asks for a token. */
export const mint = (url: string, routes: Routes, cookie: string): Promise<Response> =>
  post(url, routes.mint, cookie);
