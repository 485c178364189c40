import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { validate } from 'dockerfile-utils';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../support/free-port.ts';

const folder = new URL('../../examples/docker/', import.meta.url);
const emulatorCommand = fileURLToPath(
  new URL('../../packages/emulator/bin/realtime-emulator.js', import.meta.url),
);

const dockerfile = await readFile(new URL('Dockerfile', folder), 'utf8');
const compose = parse(await readFile(new URL('compose.yaml', folder), 'utf8'), { strict: true }) as Compose;

interface Compose {
  readonly services: Readonly<Record<'app' | 'emulator', Service>>;
}

interface Service {
  readonly hostname?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The arguments after the program name, in the line that matches. */
function argumentsOf(instruction: RegExp): string[] {
  const [, json = '[]'] = instruction.exec(dockerfile) ?? [];
  const [program, ...args] = JSON.parse(json) as string[];
  expect(program).toBe('realtime-emulator');
  return args;
}

it('has a Dockerfile without findings of a linter', () => {
  expect(validate(dockerfile)).toEqual([]);
});

it('names the emulator in its Compose file as its certificate does', () => {
  const { emulator, app } = compose.services;
  const url = new URL(app.environment?.['OPENAI_BASE_URL'] ?? '');
  expect(emulator.hostname).toBe(url.hostname);
  expect(dockerfile).toContain(`EXPOSE ${url.port}\n`);
});

it('runs the commands of both files outside of a container', async () => {
  const port = String(await freePort());
  const env = { ...process.env, EMULATOR_PORT: port };
  const emulator = spawn(process.execPath, [emulatorCommand, ...argumentsOf(/^CMD (.*)$/m)], { env });
  onTestFinished(() => void emulator.kill('SIGKILL'));
  await once(createInterface(emulator.stdout), 'line');

  const healthCheck = [emulatorCommand, ...argumentsOf(/^HEALTHCHECK .*CMD (.*)$/m)];
  const health = await promisify(execFile)(process.execPath, healthCheck, { env });
  expect(health.stdout).toContain('tokens minted: 0');

  const { command = [], environment = {} } = compose.services.app;
  const url = environment['OPENAI_BASE_URL']?.replace('emulator:4141', `127.0.0.1:${port}`);
  const app = await promisify(execFile)(process.execPath, command.slice(1), {
    cwd: folder,
    env: { ...env, ...environment, OPENAI_BASE_URL: url },
  });
  expect(app.stdout).toMatch(/^200: a token that expires at \d{4}-/);
});
