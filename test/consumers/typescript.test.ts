import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { entries } from './support/packages.ts';
import { run } from './support/run.ts';
import { typescripts } from './support/typescripts.ts';

const consumer = inject('consumer');
const folder = join(consumer, 'types');

const resolutions = [
  { moduleResolution: 'bundler', module: 'esnext' },
  { moduleResolution: 'nodenext', module: 'nodenext' },
];

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  const imports = entries.map((entry, index) => `export * as entry${index} from '${entry}';`);
  await writeFile(join(folder, 'every-entry.ts'), imports.join('\n'));
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
  }
});

describe.each(typescripts)('$name', ({ tsc }) => {
  test.each(resolutions)(
    'compiles with the declarations of every entry and moduleResolution $moduleResolution',
    async ({ moduleResolution }) => {
      const project = join(folder, `tsconfig.${moduleResolution}.json`);
      expect(await run(process.execPath, [tsc, '--project', project], { cwd: folder })).toBe('');
    },
  );
});
