import { describe, expect, it } from 'vitest';
import { runCli } from '../src/lib/cli/run-cli.ts';
import { startEmulator } from './support/harness.ts';

interface Run {
  readonly exitCode: Promise<number>;
  readonly out: string[];
  readonly err: string[];
  readonly stop: () => void;
  /** Resolves once two lines are out, which is when the emulator listens. */
  readonly started: Promise<string>;
}

function run(args: string[], environment: Record<string, string> = {}): Run {
  const out: string[] = [];
  const err: string[] = [];
  let stop = (): void => undefined;
  let announce: (url: string) => void = () => undefined;
  const started = new Promise<string>((resolve) => {
    announce = resolve;
  });
  const exitCode = runCli({
    args,
    environment,
    version: '1.2.3',
    print: (line) => {
      out.push(line);
      if (out.length === 2) announce(out[0]!.replace('emulator ', '').trim());
    },
    complain: (line) => err.push(line),
    stopAsked: new Promise((resolve) => {
      stop = resolve;
    }),
  });
  return { exitCode, out, err, stop, started };
}

describe('realtime-emulator', () => {
  it('prints its address and its fake key, and stops cleanly when asked', async () => {
    const command = run(['--port', '0']);
    const url = await command.started;
    expect(command.out).toEqual([
      expect.stringMatching(/^emulator http:\/\/127\.0\.0\.1:\d+\n$/),
      'Use the fake API key sk-emulator; real keys are refused.\n',
    ]);
    expect((await fetch(url)).status).toBe(404);
    command.stop();
    expect(await command.exitCode).toBe(0);
    expect(command.err).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('takes its key, lifetime and generation from flags', async () => {
    const command = run(['--port', '0', '--api-key', 'sk-one', '--ttl', '2', '--generation', 'today']);
    const url = await command.started;
    const mint = (call: string, body: object = {}) =>
      fetch(`${url}/v1/realtime/${call}`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk-one', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await mint('sessions')).status).toBe(404);
    expect(
      (await mint('client_secrets', { expires_after: { anchor: 'created_at', seconds: 2 } })).status,
    ).toBe(200);
    const { expires_at } = (await (await mint('client_secrets')).json()) as { expires_at: number };
    expect(expires_at * 1000 - Date.now()).toBeLessThanOrEqual(2000);
    command.stop();
    await command.exitCode;
  });

  it.each([
    ['--port', (port: string): [string[], Record<string, string>] => [['--port', port], {}]],
    ['EMULATOR_PORT', (port: string): [string[], Record<string, string>] => [[], { EMULATOR_PORT: port }]],
  ])('says what to do when the port from %s is taken', async (_name, ask) => {
    const { port } = await startEmulator();
    const command = run(...ask(String(port)));
    expect(await command.exitCode).toBe(1);
    expect(command.out).toEqual([]);
    expect(command.err).toEqual([
      `Port ${port} is already in use; pass --port 0 for any free port, or set another one with --port or EMULATOR_PORT.\n`,
    ]);
  });

  it('refuses a key that looks real, without printing it', async () => {
    const command = run(['--port', '0', '--api-key', 'sk-proj-CANARY']);
    expect(await command.exitCode).toBe(1);
    expect(command.err.join('')).toContain('fake keys only');
    expect([...command.out, ...command.err].join('')).not.toContain('CANARY');
  });

  it.each([
    ['an unknown flag', ['--prot', '1'], /--prot/],
    ['a port that is no number', ['--port', 'http'], /--port takes a whole number/],
    ['an unknown generation', ['--generation', 'tomorrow'], /"documented" or "today"/],
  ])('points to --help after %s', async (_name, args, message) => {
    const command = run(args);
    expect(await command.exitCode).toBe(2);
    expect(command.err.join('')).toMatch(message);
    expect(command.err.join('')).toContain('--help');
  });

  it('prints its help and its version', async () => {
    const help = run(['--help']);
    expect(await help.exitCode).toBe(0);
    for (const flag of ['--port', '--api-key', '--ttl', '--generation', '--version'])
      expect(help.out.join('')).toContain(flag);
    const version = run(['-v']);
    expect(await version.exitCode).toBe(0);
    expect(version.out).toEqual(['1.2.3\n']);
  });
});
