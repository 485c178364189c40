import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { entries } from './support/packages.ts';
import { compile, typescripts } from './support/typescripts.ts';

const consumer = inject('consumer');
const folder = join(consumer, 'types');

const resolutions = [
  { moduleResolution: 'bundler', module: 'esnext' },
  { moduleResolution: 'nodenext', module: 'nodenext' },
];

/** Uses the declarations of Vitest, which do not compile with every TypeScript. So they are not checked themselves. */
const vitestEntry = '@realtime-session/emulator/vitest';

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  const imports = entries
    .filter((entry) => entry !== vitestEntry)
    .map((entry, index) => `export * as entry${index} from '${entry}';`);
  await writeFile(join(folder, 'every-entry.ts'), imports.join('\n'));
  await writeFile(
    join(folder, 'vitest-entry.ts'),
    `import { inject } from 'vitest'; import '${vitestEntry}'; export const url: string = inject('realtimeEmulator').url;`,
  );
  for (const resolution of resolutions) {
    const compilerOptions = {
      ...resolution,
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      jsx: 'react-jsx',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      types: ['node'],
      noEmit: true,
    };
    await writeFile(
      join(folder, `tsconfig.${resolution.moduleResolution}.json`),
      JSON.stringify({ compilerOptions, files: ['every-entry.ts', 'use.tsx'] }),
    );
    await writeFile(
      join(folder, `tsconfig.vitest-${resolution.moduleResolution}.json`),
      JSON.stringify({
        compilerOptions: { ...compilerOptions, skipLibCheck: true },
        files: ['vitest-entry.ts'],
      }),
    );
  }
});

const projectOf = (name: string): string => join(folder, `tsconfig.${name}.json`);
const projects = resolutions.flatMap(({ moduleResolution }) =>
  [`vitest-${moduleResolution}`, moduleResolution].map(projectOf),
);

describe.each(typescripts)('$name', (typescript) => {
  let printed: ReadonlyMap<string, string>;

  beforeAll(async () => {
    printed = await compile(typescript, projects);
  });

  test.each(resolutions)(
    'compiles a test that uses the Vitest setup and moduleResolution $moduleResolution',
    ({ moduleResolution }) => {
      expect(printed.get(projectOf(`vitest-${moduleResolution}`))).toBe('');
    },
  );

  test.each(resolutions)(
    'compiles with the declarations of every entry and moduleResolution $moduleResolution',
    ({ moduleResolution }) => {
      expect(printed.get(projectOf(moduleResolution))).toBe('');
    },
  );
});
