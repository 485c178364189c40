import { describe, expect, it } from 'vitest';
import { guides, pages, read } from './support/markdown.ts';

const EMULATOR_PORT = '4141';

/** The app, Vite, the server behind Vite, and Redis. */
const APP_PORTS = ['3000', '5173', '3001', '6379'];

const documents = [...(await pages()), ...(await guides())];

/** What names a port of the emulator: its address in an output, a base URL, a default, an option. */
const emulatorPort = /emulator http:\S+?:(\d+)|_BASE_URL=http:\S+?:(\d+)|baseUrl: 'http:[^']+?:(\d+)|EMULATOR_PORT\W+(\d+)|--port[= ](\d+)/g; // prettier-ignore

describe('local addresses', () => {
  it.each(documents)('in %s have a documented port', async (page) => {
    const found = [...(await read(page)).matchAll(/(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)/g)];
    const ports = found.map(([, port = '']) => port);
    expect(ports.filter((port) => ![EMULATOR_PORT, ...APP_PORTS].includes(port))).toEqual([]);
  });

  it.each(documents)('of the emulator in %s have its default port', async (page) => {
    const found = [...(await read(page)).matchAll(emulatorPort)].map((match) => match.slice(1).join(''));
    expect(found.filter((port) => port !== EMULATOR_PORT)).toEqual([]);
  });
});
