import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.ts';

const require = createRequire(import.meta.url);
const compileProjects = fileURLToPath(new URL('compile-projects.mjs', import.meta.url));

export interface TypeScript {
  /** The name in the support table. */
  readonly name: string;
  readonly version: string;
  /** The folder of the package. */
  readonly folder: string;
}

const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  devDependencies: Record<string, string>;
};

/** The TypeScript versions that are installed with aliases. */
export const typescripts: readonly TypeScript[] = Object.keys(devDependencies)
  .filter((name) => name.startsWith('typescript-'))
  .map((alias) => {
    const path = require.resolve(`${alias}/package.json`);
    const { version } = require(path) as { version: string };
    return { name: alias.replace('typescript-', 'TypeScript '), version, folder: dirname(path) };
  });

/** Returns what tsc prints for each project: nothing, if it compiles. */
export async function compile(
  { version, folder }: TypeScript,
  projects: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const printed =
    Number.parseInt(version) < 7
      ? await compileInOneProcess(folder, projects)
      : await Promise.all(projects.map((project) => runNativeCompiler(folder, project)));
  return new Map(projects.map((project, index) => [project, printed[index] ?? '']));
}

/** Only older versions can be called from JavaScript. */
async function compileInOneProcess(
  typescript: string,
  projects: readonly string[],
): Promise<readonly string[]> {
  const printed = await run(process.execPath, [compileProjects, typescript, ...projects], {
    cwd: typescript,
  });
  return JSON.parse(printed) as string[];
}

/** One thread, because each of several checks what the others have checked. */
function runNativeCompiler(typescript: string, project: string): Promise<string> {
  const args = [
    join(typescript, 'bin/tsc'),
    '--project',
    project,
    '--skipDefaultLibCheck',
    '--singleThreaded',
  ];
  return run(process.execPath, args, { cwd: dirname(project) }).catch(String);
}
