/** The routes of an example server. */
export interface Routes {
  /** The folder of the example. */
  readonly name: string;
  readonly signIn: string;
  readonly mint: string;
  /** The warning that the server prints. Default: none. */
  readonly warning?: RegExp;
}

const defaultRoutes = { signIn: '/sign-in', mint: '/api/realtime-session' };

/** The examples with a mint route that can use the emulator. */
export const servers: readonly Routes[] = [
  { name: 'vanilla', ...defaultRoutes },
  { name: 'vite-express', ...defaultRoutes, signIn: '/api/sign-in' },
  { name: 'fastify', ...defaultRoutes },
  { name: 'hono-workerd', ...defaultRoutes, warning: /^\[realtime-session\] unknown_address: .+\n$/ },
  { name: 'commonjs', ...defaultRoutes },
  { name: 'redis', ...defaultRoutes },
];

export const otherIssuer: Routes = { name: 'other-issuer', signIn: '/sign-in', mint: '/api/speech-token' };

/** Posts as a page of the site does. */
function post(url: string, path: string, cookie = ''): Promise<Response> {
  const headers = { 'content-type': 'application/json', origin: url, ...(cookie === '' ? {} : { cookie }) };
  return fetch(url + path, { method: 'POST', headers, body: '{}' });
}

export const mintAnonymously = (url: string, { mint }: Routes): Promise<Response> => post(url, mint);

/** Signs in and returns the session cookie. */
export async function signIn(url: string, routes: Routes): Promise<string> {
  const response = await post(url, routes.signIn);
  const [cookie = ''] = response.headers.getSetCookie();
  if (!/HttpOnly/i.test(cookie) || !/SameSite=Strict/i.test(cookie))
    throw new Error('The cookie is not HttpOnly and SameSite=Strict.');
  return cookie.split(';', 1)[0] ?? '';
}

export const mint = (url: string, routes: Routes, cookie: string): Promise<Response> =>
  post(url, routes.mint, cookie);
