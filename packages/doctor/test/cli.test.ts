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
    expect(errorOutput).toBe(`${origin}/mint: connection refused; start the server, or check the port.\n`);
  });

  it('exits with 2 when the server closes the connection', async () => {
    const { origin } = await listen(createServer((message) => message.socket.destroy()));
    const { code, errorOutput } = await runDoctor([`${origin}/mint`]);
    expect([code, errorOutput]).toEqual([
      2,
      `${origin}/mint: the server closed the connection; check its log.\n`,
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
    expect(errorOutput).toMatch(/the request failed \(HPE_\w+\); check the URL\.\n$/);
  });

  it.each<[unknown, string]>([
    [new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }), 'unknown host; check the host name'],
    [{ errors: [{ code: 'ECONNREFUSED' }] }, 'connection refused; start the server, or check the port'],
    [new Error('sk-s3cret'), 'the request failed (unknown reason); check the URL'],
    [{ code: 'sk-s3cret' }, 'the request failed (unknown reason); check the URL'],
    [undefined, 'the request failed (unknown reason); check the URL'],
  ])('describes %j without quoting it', async (thrown, words) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const fetch = () => Promise.reject(thrown);
    const { code, errorOutput } = await runDoctor(['https://app.example/mint'], { fetch });
    expect([code, errorOutput]).toEqual([2, `https://app.example/mint: ${words}.\n`]);
  });
});
