import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { build } from 'vite';

/** Compiles the server for Node. Returns the path of the program. */
export async function buildServer(): Promise<string> {
  const root = import.meta.dirname;
  await build({ root, configFile: false, logLevel: 'error', build: { ssr: 'server.ts', outDir: 'dist' } });
  return join(root, 'dist', 'server.js');
}

export async function startRedis() {
  const directory = await mkdtemp(join(tmpdir(), 'voice-redis-'));
  const url = join(directory, 'redis.sock');
  const settings = ['--port', '0', '--unixsocket', url, '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...settings, '--dir', directory], { stdio: 'ignore' });
  const client = new Redis(url, { retryStrategy: () => 50 });
  client.on('error', () => {}); // until it listens
  await client.ping();
  return {
    url,
    /** Number of connections of our servers. */
    connections: async () => String(await client.client('LIST')).split('name=voice-tokens ').length - 1,
    close: async () => {
      client.disconnect();
      server.kill();
      await once(server, 'exit');
      await rm(directory, { recursive: true });
    },
  };
}

export const issuer = 'https://login.example.com/';
export const audience = 'https://voice.example.com';

/** An identity provider with the address of its public keys. */
export async function startIdentityProvider() {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const { privateKey: otherKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const sign = (sub: string, claims: JWTPayload = {}, key = privateKey, kid = 'key-1'): Promise<string> => {
    const exp = Math.floor(Date.now() / 1000) + 300;
    return new SignJWT({ sub, iss: issuer, aud: audience, exp, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(key);
  };
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
    sign,
    /** Signed with a key that the identity provider does not have. */
    forge: (sub: string, kid?: string) => sign(sub, {}, otherKey, kid),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export type LogLine = Readonly<Record<string, unknown>>;

/** Starts a process of the server. Resolves when it listens. */
export async function startServer(program: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, NODE_ENV: 'production', PORT: '0', DRAIN_MS: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>;
  const log = (): LogLine[] =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine);
  const port = await new Promise<number>((resolve, reject) => {
    const read = (text: Buffer): void => {
      output += String(text);
      const port = log().find(({ message }) => message === 'listening')?.['port'];
      if (typeof port === 'number') resolve(port);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => reject(new Error(output)));
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    route: `${url}/api/realtime-session`,
    output: () => output,
    log,
    ready: async () => (await fetch(`${url}/ready`)).status,
    /** Sends a request as the proxy does. */
    mint: (accessToken?: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${url}/api/realtime-session`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': '198.51.100.20',
          ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
          ...headers,
        },
        body: '{}',
      }),
    terminate: () => child.kill('SIGTERM'),
    kill: () => child.kill('SIGKILL'),
    ended,
  };
}

export type ServerProcess = Awaited<ReturnType<typeof startServer>>;
