import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FAULTS } from '@realtime-session/emulator';
import type { Program } from '../src/lib/cli/process-context.ts';
import { runCli } from '../src/lib/cli/run-cli.ts';
import { mintToken, startEmulator } from './support/harness.ts';
import { connect, connectWithToken } from './support/realtime-client.ts';

interface Run {
  readonly exitCode: Promise<number>;
  readonly out: string[];
  readonly err: string[];
  readonly stop: () => void;
  /** Resolves with the URL after four lines of output, when the emulator listens. */
  readonly started: Promise<string>;
}

type RunProgram = (program: Program) => Promise<number>;

const noProgram: RunProgram = ({ name }) => Promise.reject(new Error(`Unexpected program ${name}.`));

function run(
  args: string[],
  env: Record<string, string> = {},
  runProgram: RunProgram = noProgram,
  nowMs: () => number = Date.now,
): Run {
  const out: string[] = [];
  const err: string[] = [];
  const signals = new EventEmitter();
  const started = once(signals, 'started').then(([url]) => url as string);
  const exitCode = runCli({
    args,
    env,
    nowMs,
    version: '1.2.3',
    print: (line) => {
      out.push(line);
      if (out.length === 4) signals.emit('started', out[0]!.replace('emulator ', '').trim());
    },
    printError: (line) => err.push(line),
    runProgram,
    stopRequested: once(signals, 'stop').then(() => undefined),
  });
  return { exitCode, out, err, stop: () => signals.emit('stop'), started };
}

describe('realtime-emulator', () => {
  it('starts with a script and a seed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'script-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'script.json');
    await writeFile(file, '{ "turns": [{ "when": "start", "answer": "Welcome." }] }');
    const token = async () => {
      const command = run(['--port', '0', '--seed', 'a', '--script', file]);
      const url = await command.started;
      const headers = { authorization: 'Bearer sk-emulator' };
      const client = connect(`${url.replace('http', 'ws')}/v1/realtime?model=gpt-realtime-2.1`, { headers });
      const { session } = await client.next('session.created');
      client.send({ type: 'response.create' });
      const { transcript } = await client.next('response.output_audio_transcript.done');
      command.stop();
      await command.exitCode;
      return [session.id, transcript] as string[];
    };
    const first = await token();
    expect(first).toEqual([expect.stringMatching(/^sess_/), 'Welcome.']);
    expect(await token()).toEqual(first);
  });

  it.each([
    ['missing.json', undefined, /missing\.json cannot be read; check the path of --script\./],
    ['broken.json', '{', /broken\.json is not valid JSON\./],
    ['wrong.json', '{ "turns": [{ "when": 7 }] }', /wrong\.json: script\.turns\[0\]\.when must be /],
  ])('exits with 1 for the script %s', async (name, content, message) => {
    const folder = await mkdtemp(join(tmpdir(), 'script-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    if (content !== undefined) await writeFile(join(folder, name), content);
    const command = run(['--port', '0', '--script', join(folder, name)]);
    expect(await command.exitCode).toBe(1);
    expect(command.err.join('')).toMatch(message);
  });

  it('prints its URL and fake key, and exits with 0 when stopped', async () => {
    const command = run(['--port', '0']);
    const url = await command.started;
    expect(command.out).toEqual([
      expect.stringMatching(/^emulator http:\/\/127\.0\.0\.1:\d+\n$/),
      'Use the fake API key sk-emulator; real keys are rejected.\n',
      `Mint a token: curl -X POST ${url}/v1/realtime/client_secrets -H "Authorization: Bearer sk-emulator"\n`,
      `Help: open ${url}/ in a browser.\n`,
    ]);
    expect((await fetch(url)).status).toBe(200);
    command.stop();
    expect(await command.exitCode).toBe(0);
    expect(command.err).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('applies key, lifetime and generation from flags', async () => {
    const command = run(['--port', '0', '--api-key', 'sk-one', '--ttl', '2', '--generation', 'current']);
    const url = await command.started;
    const mint = (api: string, body: object = {}) =>
      fetch(`${url}/v1/realtime/${api}`, {
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
  ])('prints the remedy when the port from %s is in use', async (_name, getArguments) => {
    const { port } = await startEmulator();
    const command = run(...getArguments(String(port)));
    expect(await command.exitCode).toBe(1);
    expect(command.out).toEqual([]);
    expect(command.err).toEqual([
      `Port ${port} is already in use; pass --port 0 for any free port, or set another one with --port or EMULATOR_PORT.\n`,
    ]);
  });

  it('warns when --host lets other machines reach it', async () => {
    const command = run(['--port', '0', '--host', '0.0.0.0']);
    const url = await command.started;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(command.err).toEqual([
      'Warning: Other machines can reach this emulator on 0.0.0.0: they can use it and control it. Send it fake keys only, such as sk-emulator.\n',
    ]);
    command.stop();
    expect(await command.exitCode).toBe(0);
  });

  it('rejects a key that looks real without printing it', async () => {
    const command = run(['--port', '0', '--api-key', 'sk-proj-CANARY']);
    expect(await command.exitCode).toBe(1);
    expect(command.err.join('')).toContain('fake keys only');
    expect([...command.out, ...command.err].join('')).not.toContain('CANARY');
  });

  it.each([
    ['an unknown flag', ['--prot', '1'], /--prot/],
    ['a port that is not a number', ['--port', 'http'], /--port requires a whole number/],
    ['an unknown generation', ['--generation', 'tomorrow'], /"documented" or "current"/],
    ['an unknown reuse', ['--reuse', 'twice'], /"until-expiry" or "once"/],
    ['an unknown fault', ['--fault', 'lightning'], /realtime-emulator faults/],
    ['a fault without its number', ['fail', 'latency'], /latency=MS/],
    ['an unknown target', ['fail', 'drop@home'], /mint, calls, websocket, sideband, hangup, session/],
    ['an unknown target to clear', ['clear', 'home'], /mint, calls, websocket, sideband, hangup, session/],
    ['an unknown command', ['explode'], /status, fail FAULT, clear/],
    ['a command without its argument', ['advance'], /status, fail FAULT, clear/],
    ['too many arguments', ['drop', 'all'], /status, fail FAULT, clear/],
  ])('exits with 2 and mentions --help for %s', async (_name, args, message) => {
    const command = run(args);
    expect(await command.exitCode).toBe(2);
    expect(command.err.join('')).toMatch(message);
    expect(command.err.join('')).toContain('--help');
  });

  it('applies --fault, --reuse and --max-session', async () => {
    const flags = [
      '--reuse',
      'once',
      '--max-session',
      '60',
      '--fault',
      'overloaded:1',
      '--fault',
      'latency=1@calls',
      '--fault',
      'close=1011',
      '--fault',
      'late-response=5@hangup',
    ];
    const command = run(['--port', '0', ...flags]);
    const url = await command.started;
    const status = run(['status', '--url', url]);
    expect(await status.exitCode).toBe(0);
    expect(status.out.join('')).toContain(
      'faults: overloaded at mint, 1 times; latency at calls; close at sideband; late-response at hangup\n',
    );
    const mint = () =>
      fetch(`${url}/v1/realtime/client_secrets`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk-emulator' },
      });
    expect((await mint()).status).toBe(503);
    const { value } = (await (await mint()).json()) as { value: string };
    const socketUrl = url.replace('http', 'ws') + '/v1/realtime';
    const first = connectWithToken(socketUrl, value);
    await first.next('session.created');
    expect((await connectWithToken(socketUrl, value).closed).code).toBe(3000);
    const advance = run(['advance', '60', '--url', url]);
    expect(await advance.exitCode).toBe(0);
    expect((await first.closed).code).toBe(1001);
    command.stop();
    await command.exitCode;
  });

  it('controls a running emulator', async () => {
    const emulator = await startEmulator();
    const control = async (...words: string[]): Promise<string> => {
      const command = run([...words, '--port', String(emulator.port)]);
      expect([await command.exitCode, command.err]).toEqual([0, []]);
      return command.out.join('');
    };
    expect(await control('fail', 'close-1001@calls:2')).toContain('faults: close-1001 at calls, 2 times\n');
    expect(emulator.faults()).toEqual([{ name: 'close-1001', at: 'calls', remaining: 2 }]);
    expect(await control('fail', 'skew=-60000')).toContain('skew at mint');
    expect(await control('clear', 'calls')).toContain('faults: skew at mint\n');
    expect(await control('clear')).toContain('faults: none\n');
    const client = connectWithToken(emulator.webSocketUrl, await mintToken(emulator));
    await client.next('session.created');
    expect(await control('drop')).toContain('tokens minted: 1, sessions opened: 1, open now: 0\n');
  });

  it('prints a warning once when a model is about to shut down', async () => {
    const command = run(['--port', '0'], {}, noProgram, () => Date.UTC(2026, 11, 1));
    const url = await command.started;
    const headers = { authorization: 'Bearer sk-emulator', 'content-type': 'application/json' };
    const body = JSON.stringify({ model: 'gpt-realtime' });
    for (let count = 0; count < 2; count += 1)
      await fetch(`${url}/v1/realtime/sessions`, { method: 'POST', headers, body });
    command.stop();
    await command.exitCode;
    expect(command.err).toEqual([
      'Warning: The model gpt-realtime shuts down on 2027-01-20; use gpt-realtime-2.1 instead.\n',
    ]);
  });

  it('accepts other models and voices with --model and --voice', async () => {
    const command = run(['--port', '0', '--model', 'my-deployment', '--model', 'other', '--voice', 'nova']);
    const url = await command.started;
    const headers = { authorization: 'Bearer sk-emulator', 'content-type': 'application/json' };
    const body = JSON.stringify({ model: 'my-deployment', voice: 'nova' });
    const response = await fetch(`${url}/v1/realtime/sessions`, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    command.stop();
    await command.exitCode;
  });

  it('activates every fault at each of its targets in a running emulator', async () => {
    const emulator = await startEmulator();
    for (const [fault, { targets }] of Object.entries(FAULTS))
      for (const at of targets) {
        const command = run(['fail', `${fault}@${at}:3`, '--port', String(emulator.port)]);
        expect([await command.exitCode, command.err]).toEqual([0, []]);
        expect(emulator.faults()).toContainEqual({ name: fault, at, remaining: 3 });
      }
  });

  it('starts with every fault of the catalog', async () => {
    const command = run(['--port', '0', ...Object.keys(FAULTS).flatMap((fault) => ['--fault', fault])]);
    const status = run(['status', '--url', await command.started]);
    expect(await status.exitCode).toBe(0);
    // The last fault of each target is active.
    const last = Object.entries(FAULTS).map(([fault, { targets }]) => [targets[0], fault] as const);
    for (const [at, fault] of new Map(last)) expect(status.out.join('')).toContain(`${fault} at ${at}`);
    command.stop();
    await command.exitCode;
  });

  it('lists every fault', async () => {
    const command = run(['faults']);
    expect(await command.exitCode).toBe(0);
    for (const [name, { description }] of Object.entries(FAULTS)) {
      const line = command.out
        .join('')
        .split('\n')
        .find((text) => text.startsWith(`${name} `));
      expect(line).toContain(description);
    }
  });

  it('prints the reason when no emulator is running or it rejects a command', async () => {
    const missing = run(['status', '--url', 'http://127.0.0.1:9']);
    expect(await missing.exitCode).toBe(1);
    expect(missing.err.join('')).toMatch(
      /^No emulator is running at http:\/\/127\.0\.0\.1:9; start one .*\n$/,
    );
    const { url } = await startEmulator();
    const rejected = run(['fail', 'drop@mint', '--url', url]);
    expect(await rejected.exitCode).toBe(1);
    expect(rejected.err.join('')).toBe('The fault drop does not apply to mint, only to websocket, calls.\n');
  });

  it('runs a program with URL and key of an emulator and exits with its exit code', async () => {
    const programs: Program[] = [];
    let status = 0;
    const command = run(['--ttl', '60', 'exec', 'node', 'server.js', '--port', '7'], {}, async (program) => {
      programs.push(program);
      const { OPENAI_API_KEY: key, OPENAI_BASE_URL: base } = program.env;
      const headers = { authorization: `Bearer ${key}` };
      status = (await fetch(`${base}/realtime/client_secrets`, { method: 'POST', headers })).status;
      return 7;
    });
    expect(await command.exitCode).toBe(7);
    expect(status).toBe(200);
    expect(programs).toMatchObject([{ name: 'node', args: ['server.js', '--port', '7'] }]);
    expect(command.out).toEqual([expect.stringMatching(/^emulator http:\/\/127\.0\.0\.1:\d+\n$/)]);
    await expect(fetch(programs[0]!.env['OPENAI_BASE_URL']!)).rejects.toThrow();
  });

  it.each([
    [['--unless-key', 'exec', 'true'], { OPENAI_API_KEY: 'sk-real' }, []],
    [
      ['--unless-key', 'exec', 'true'],
      { OPENAI_API_KEY: '' },
      ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'NODE_EXTRA_CA_CERTS'],
    ],
    [
      ['exec', '--', 'true'],
      { OPENAI_API_KEY: 'sk-real' },
      ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'NODE_EXTRA_CA_CERTS'],
    ],
  ])('%j with %j adds the variables %j', async (args, env, names) => {
    let passed: string[] | undefined;
    const command = run(args, env, ({ env: added }) => {
      passed = Object.keys(added);
      return Promise.resolve(0);
    });
    expect(await command.exitCode).toBe(0);
    expect(passed).toEqual(names);
  });

  it('prints an error when the program cannot be run or is missing', async () => {
    const unknown = run(['exec', 'gone'], {}, () => Promise.reject(new TypeError('gone cannot be run.')));
    expect(await unknown.exitCode).toBe(1);
    expect(unknown.err).toEqual(['gone cannot be run.\n']);
    const missing = run(['exec']);
    expect(await missing.exitCode).toBe(2);
    expect(missing.err).toEqual(['exec requires a program, such as exec node server.js. Try --help.\n']);
  });

  it('prints help and version', async () => {
    const help = run(['--help']);
    expect(await help.exitCode).toBe(0);
    for (const flag of [
      '--port',
      '--host',
      '--api-key',
      '--ttl',
      '--generation',
      '--reuse',
      '--fault',
      '--version',
      'clear',
      'exec',
      '--unless-key',
    ])
      expect(help.out.join('')).toContain(flag);
    const version = run(['-v']);
    expect(await version.exitCode).toBe(0);
    expect(version.out).toEqual(['1.2.3\n']);
  });
});
