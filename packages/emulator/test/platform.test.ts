import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { needsForwarding, stopSignals, toExitCode, toInvocation } from '../src/lib/cli/platform.ts';
import { readScript } from '../src/lib/cli/read-script.ts';
import { createCertificateFiles } from '../src/lib/http/certificate-files.ts';

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'emulator platform-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('starting a program', () => {
  const npm = { name: 'npm', args: ['run', 'dev', '--', '--title', 'a b'] };

  it.each(['linux', 'darwin'] as const)('passes the arguments as they are on %s', (platform) => {
    expect(toInvocation(npm, platform)).toEqual({ file: 'npm', args: npm.args, shell: false });
  });

  it('lets a shell find batch files such as npm on Windows', () => {
    expect(toInvocation(npm, 'win32')).toEqual({
      file: 'npm run dev -- --title "a b"',
      args: [],
      shell: true,
    });
  });

  it.each(['node', String.raw`C:\Program Files\nodejs\node.exe`, String.raw`..\tools\server.EXE`])(
    'starts the executable %s without a shell on Windows',
    (name) => {
      const args = ['server.js', 'a & b'];
      expect(toInvocation({ name, args }, 'win32')).toEqual({ file: name, args, shell: false });
    },
  );

  it.each([
    ['a&b', '"a&b"'],
    ['', '""'],
    [String.raw`C:\a b\ `.trimEnd(), String.raw`"C:\a b\\"`],
    ['{"a":1}', String.raw`"{\"a\":1}"`],
    [String.raw`C:\app\dev.cmd`, String.raw`C:\app\dev.cmd`],
  ])('writes the argument %j as %j for a shell on Windows', (argument, expected) => {
    expect(toInvocation({ name: 'npx', args: [argument] }, 'win32').file).toBe(`npx ${expected}`);
  });
});

describe('stopping a program', () => {
  it('waits for the signals that the system has', () => {
    expect(stopSignals('linux')).toEqual(['SIGINT', 'SIGTERM']);
    expect(stopSignals('darwin')).toEqual(['SIGINT', 'SIGTERM']);
    expect(stopSignals('win32')).toEqual(['SIGINT', 'SIGBREAK', 'SIGHUP']);
  });

  it.each([
    ['SIGTERM', { platform: 'linux', isTerminal: true }, true],
    ['SIGINT', { platform: 'linux', isTerminal: true }, false],
    ['SIGINT', { platform: 'darwin', isTerminal: false }, true],
    ['SIGINT', { platform: 'win32', isTerminal: false }, false],
    ['SIGBREAK', { platform: 'win32', isTerminal: true }, false],
  ] as const)('forwards %s with %j: %s', (signal, context, expected) => {
    expect(needsForwarding(signal, context)).toBe(expected);
  });

  it.each([
    [{ code: 7, signal: null }, 'linux', 7],
    [{ code: null, signal: 'SIGINT' }, 'linux', 0],
    [{ code: null, signal: 'SIGKILL' }, 'linux', 1],
    [{ code: 0xc000013a, signal: null }, 'win32', 0],
    [{ code: 1, signal: null }, 'win32', 1],
  ] as const)('turns %j on %s into the exit code %i after SIGINT', (exit, platform, expected) => {
    expect(toExitCode(exit, new Set(['SIGINT'] as const), platform)).toBe(expected);
  });

  it('keeps the exit code of a program that Ctrl-C ended elsewhere', () => {
    expect(toExitCode({ code: 0xc000013a, signal: null }, new Set(), 'win32')).toBe(0xc000013a);
  });
});

describe('files with the line endings of Windows', () => {
  it.each([
    ['line feeds', '{ "turns": [\n{ "when": "start", "answer": "Hello." }\n] }\n'],
    ['CRLF', '{ "turns": [\r\n{ "when": "start", "answer": "Hello." }\r\n] }\r\n'],
    [
      'CRLF and a byte order mark',
      '\uFEFF{ "turns": [\r\n{ "when": "start", "answer": "Hello." }\r\n] }\r\n',
    ],
  ])('reads a script with %s', async (_what, text) => {
    const path = join(await createFolder(), 'script.json');
    await writeFile(path, text);
    expect(await readScript(path)).toMatchObject([{ turns: [{ answer: 'Hello.' }] }]);
  });

  it('adds its certificate after one with CRLF', async () => {
    const path = join(await createFolder(), 'other.pem');
    await writeFile(path, '-----BEGIN CERTIFICATE-----\r\nAAAA\r\n-----END CERTIFICATE-----\r\n');
    const files = createCertificateFiles('own\n');
    onTestFinished(() => files.remove());
    expect(await readFile(files.write(path), 'utf8')).toBe(
      '-----BEGIN CERTIFICATE-----\r\nAAAA\r\n-----END CERTIFICATE-----\nown\n',
    );
  });
});
