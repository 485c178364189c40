import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

/** A conversation that a client held. */
export interface ClientRow {
  /** The npm packages that the client consists of; the table shows their versions. */
  readonly packages: readonly string[];
  /** The part of the client, if it has several. */
  readonly part?: string;
  readonly transport: 'WebRTC' | 'WebSocket';
  readonly runtime: 'Chromium' | 'Node 20' | 'Node 24';
  readonly exercised: readonly string[];
}

const README = fileURLToPath(new URL('../../../packages/emulator/README.md', import.meta.url));
const MANIFEST = fileURLToPath(new URL('../package.json', import.meta.url));
const SECTION = /(<!-- clients:start -->\n)[^]*?(<!-- clients:end -->)/;

/** Builds the table of the README, formatted as it is there. */
export async function createTable(rows: readonly ClientRow[]): Promise<string> {
  const lines = rows.map(({ packages, part, transport, runtime, exercised }) => {
    const names = packages.map((name) => `\`${name}\` ${readVersion(name)}`).join(', ');
    const client = part === undefined ? names : `${names}: ${part}`;
    return `| ${client} | ${transport} | ${runtime} | ${exercised.join(', ')} |`;
  });
  const head = ['| client | transport | runtime | what the test does |', '| --- | --- | --- | --- |'];
  return (await format([...head, ...lines].join('\n'), { parser: 'markdown' })).trim();
}

/** Versions are exact in the manifest. */
function readVersion(name: string): string {
  const { devDependencies } = createRequire(MANIFEST)(MANIFEST) as {
    devDependencies: Record<string, string>;
  };
  const version = devDependencies[name];
  if (version === undefined) throw new Error(`${name} is not a dependency of the clients.`);
  return version;
}

/** Returns the table in the README. */
export function readTable(): string {
  return SECTION.exec(readFileSync(README, 'utf8'))?.[0].split('\n').slice(1, -1).join('\n').trim() ?? '';
}

/** Replaces the table in the README. */
export function writeTable(table: string): void {
  const text = readFileSync(README, 'utf8');
  writeFileSync(
    README,
    text.replace(SECTION, (_section, start: string, end: string) => `${start}\n${table}\n\n${end}`),
  );
}
