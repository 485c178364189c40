import { cp, mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const runtimes = fileURLToPath(new URL('../../runtimes', import.meta.url));

/** Packages of the app, each with the package that depends on it. */
const installed: Readonly<Record<string, string | undefined>> = {
  '@realtime-session/core': undefined,
  '@realtime-session/react': undefined,
  '@realtime-session/webrtc': undefined,
  'abort-controller': undefined,
  chai: undefined,
  'event-target-shim': 'abort-controller',
  react: undefined,
  'react-is': 'react-test-renderer',
  'react-test-renderer': undefined,
  scheduler: 'react-test-renderer',
  'whatwg-fetch': undefined,
  zustand: '@realtime-session/react',
};

/** The syntax that Babel leaves to Hermes: that of the engine in React Native, or nothing newer than an old engine can read. */
export type Profile = 'hermes-stable' | 'default';

/**
 * Creates a folder with the app and a flat `node_modules`, as an app outside the workspace has it.
 *
 * @returns the path of the folder.
 */
export async function stageApp(profile: Profile): Promise<string> {
  const project = await realpath(await mkdtemp(join(tmpdir(), 'realtime-session-app-')));
  await mkdir(join(project, 'runtimes'));
  await cp(join(here, 'app'), join(project, 'app', 'src'), { recursive: true });
  await cp(join(runtimes, 'suite'), join(project, 'runtimes', 'suite'), { recursive: true });
  for (const [name, dependent] of Object.entries(installed)) {
    const from = dependent === undefined ? here : await realpath(join(here, 'node_modules', dependent));
    const source = await findPackage(name, from);
    const skipped = join(source, 'node_modules');
    await cp(source, join(project, 'node_modules', name), {
      recursive: true,
      filter: (path) => !path.startsWith(skipped),
    });
  }
  const preset = createRequire(join(here, 'package.json')).resolve('@react-native/babel-preset');
  const options = { unstable_transformProfile: profile, enableBabelRuntime: false };
  await writeFile(
    join(project, 'babel.config.js'),
    `module.exports = { presets: [[${JSON.stringify(preset)}, ${JSON.stringify(options)}]] };\n`,
  );
  await writeFile(join(project, 'package.json'), '{ "name": "app", "private": true }\n');
  return project;
}

/** Finds the folder of a package, as Node does from a folder of a dependent. */
async function findPackage(name: string, from: string): Promise<string> {
  const paths = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  for (const path of [join(dirname(from)), ...paths]) {
    const found = await realpath(join(path, name)).catch(() => undefined);
    if (found !== undefined) return found;
  }
  throw new Error(`${name} is not installed. Run pnpm install.`);
}
