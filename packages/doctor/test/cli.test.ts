import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listen, serve } from './support/routes.ts';
import { runDoctor } from './support/run-doctor.ts';

describe('the command line', () => {
  const url = 'https://app.example/mint';

  it.each([[['--help']], [['-h']], [[]], [[url, '--help']]])('prints help for %j', async (args) => {
    const { code, output } = await runDoctor(args);
    expect(code).toBe(0);
    expect(output).toContain('realtime-session-doctor URL');
    const flags = ['--cookie', '--header', '--ignore', '--timeout', '--json', 'cross-site', 'Exit code'];
    expect(flags.filter((flag) => !output.includes(flag))).toEqual([]);
  });

  it.each([['--version'], ['-v']])('prints its version for %s', async (flag) => {
    expect(await runDoctor([flag])).toEqual({ code: 0, output: '1.2.3\n', errorOutput: '' });
  });

  it.each<[string[], string]>([
    [['--json'], 'Pass the URL of a mint route'],
    [[url, url], 'Pass exactly one URL'],
    [['doctor', url], 'Pass exactly one URL'],
    [['app.example/mint'], 'must start with https://'],
    [['ftp://app.example/mint'], 'must start with https://'],
    [['https://user:s3cret@app.example/mint'], 'must not contain a user name or password'],
    [['https://user@app.example/mint'], 'must not contain a user name or password'],
    [[url, '--header', 'Bearer s3cret'], "--header takes 'Name: value'"],
    [[url, '--header', 'X-A: b\r\nX-B: s3cret'], "--header takes 'Name: value'"],
    [[url, '--cookie', 'sid=s3cret\n'.repeat(2)], "--cookie takes 'name=value'"],
    [[url, '--ignore', 's3cret'], '--ignore takes one of: transport, anonymous'],
    [[url, '--timeout', '0'], '--timeout takes a whole number of seconds'],
    [[url, '--timeout', '1.5'], '--timeout takes a whole number of seconds'],
    [[url, '--timeout', '1000'], '--timeout takes a whole number of seconds'],
    [[url, '--s3cret'], 'A flag is unknown'],
    [[url, '--cookie'], 'missing its value'],
  ])('exits with 2 and explains the mistake in %j', async (args, words) => {
    const { code, output, errorOutput } = await runDoctor(args);
    expect([code, output]).toEqual([2, '']);
    expect(errorOutput).toContain(words);
    expect(errorOutput).toMatch(/ Run with --help for usage\.\n$/);
    expect(errorOutput).not.toContain('s3cret');
  });
});

describe('without a response', () => {
  it('exits with 2 when the connection is refused', async () => {
    const { origin, close } = await listen(createServer());
    await close();
    const { code, output, errorOutput } = await runDoctor([`${origin}/mint?key=s3cret`]);
    expect([code, output]).toEqual([2, '']);
    expect(errorOutput).toBe(
      `${origin}/mint: connection refused (ECONNREFUSED); start the server, or check the port.\n`,
    );
  });

  it('exits with 2 when the server closes the connection', async () => {
    const { origin } = await listen(createServer((message) => message.socket.destroy()));
    const { code, errorOutput } = await runDoctor([`${origin}/mint`]);
    expect([code, errorOutput]).toEqual([
      2,
      `${origin}/mint: the server closed the connection (UND_ERR_SOCKET); check its log.\n`,
    ]);
  });

  it('exits with 2 when the request times out', async () => {
    const url = await serve(() => undefined);
    const { code, errorOutput } = await runDoctor([url, '--timeout', '1']);
    expect([code, errorOutput]).toEqual([
      2,
      `${url}: no response before the timeout; check the server log, or raise --timeout.\n`,
    ]);
  });

  it('exits with 2 when the response is too large', async () => {
    const url = await serve((_message, response) => response.end('x'.repeat(300_000)));
    const { code, errorOutput } = await runDoctor([url]);
    expect([code, errorOutput]).toEqual([
      2,
      `${url}: the response is too large for a token; check the URL.\n`,
    ]);
  });

  it('exits with 2 when the server does not speak HTTP', async () => {
    const server = createTcpServer((socket) => socket.end('220 mail.example\r\n'));
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, errorOutput } = await runDoctor([`http://127.0.0.1:${port}/mint`]);
    server.close();
    expect(code).toBe(2);
    expect(errorOutput).toMatch(
      /the server does not speak HTTP on this port \(HPE_\w+\); use https:\/\/ or another port\.\n$/,
    );
  });

  it.each<[unknown, string]>([
    [
      new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }),
      'unknown host (ENOTFOUND); check the host name',
    ],
    [
      { errors: [{ code: 'ECONNREFUSED' }] },
      'connection refused (ECONNREFUSED); start the server, or check the port',
    ],
    [{ cause: { code: 'ETIMEDOUT' } }, 'connection timed out (ETIMEDOUT); check the URL and the firewall'],
    [{ code: 'EHOSTUNREACH' }, 'no network path to the host (EHOSTUNREACH); check the network and the VPN'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'the certificate has expired (CERT_HAS_EXPIRED); renew it'],
    [
      { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
      'the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT); set NODE_EXTRA_CA_CERTS to the certificate file',
    ],
    [new Error('sk-s3cret'), 'the request failed (unknown reason); check the URL'],
    [{ code: 'sk-s3cret' }, 'the request failed (unknown reason); check the URL'],
    [undefined, 'the request failed (unknown reason); check the URL'],
  ])('describes %j without quoting it', async (thrown, words) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const fetch = () => Promise.reject(thrown);
    const { code, errorOutput } = await runDoctor(['https://app.example/mint'], { fetch });
    expect([code, errorOutput]).toEqual([2, `https://app.example/mint: ${words}.\n`]);
  });

  it('names the proxy of the environment without its value when the host cannot be reached', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const fetch = () => Promise.reject({ code: 'ENOTFOUND' });
    const env = { HTTPS_PROXY: 'http://user:s3cret@proxy.example' };
    const { errorOutput } = await runDoctor(['https://app.example/mint'], { fetch, env });
    expect(errorOutput).toMatch(/HTTPS_PROXY is set, but Node does not use it .*NODE_USE_ENV_PROXY=1/);
    expect(errorOutput).not.toContain('s3cret');
    const used = { ...env, NODE_USE_ENV_PROXY: '1' };
    const withProxy = await runDoctor(['https://app.example/mint'], { fetch, env: used });
    expect(withProxy.errorOutput).not.toContain('PROXY');
  });

  it('names TLS when the server speaks plain HTTP', async () => {
    const url = (await serve((_message, response) => response.end())).replace('http:', 'https:');
    const { errorOutput } = await runDoctor([url]);
    expect(errorOutput).toMatch(
      /does not use TLS on this port \(ERR_SSL_\w+\); use http:\/\/ or another port/,
    );
  });
});
