import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { foldersOf, root } from './pages.ts';

/** Generates the API reference from the doc comments of every package entry. */
export async function writeReference(folder: string): Promise<void> {
  const options: Partial<TypeDocOptions & PluginOptions> = {
    entryPoints: (await Promise.all(foldersOf('packages').map(entriesOf))).flat(),
    basePath: root,
    tsconfig: join(root, 'tsconfig.json'),
    plugin: ['typedoc-plugin-markdown'],
    // `pnpm types` already checks for errors.
    skipErrorChecking: true,
    excludeInternal: true,
    excludeExternals: true,
    disableSources: true,
    readme: 'none',
    logLevel: 'Error',
    outputs: [{ name: 'markdown', path: folder }],
    router: 'module',
    entryFileName: 'index',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    hideGroupHeadings: true,
    pageTitleTemplates: { module: '{name}' },
    // The default anchors of members do not always match their headings.
    useHTMLAnchors: true,
    useHTMLEncodedBrackets: true,
    sanitizeComments: true,
    interfacePropertiesFormat: 'table',
    propertyMembersFormat: 'table',
    parametersFormat: 'table',
    typeDeclarationFormat: 'table',
  };
  const app = await Application.bootstrapWithPlugins(options);
  const project = await app.convert();
  if (project === undefined)
    throw new Error('TypeDoc could not read the sources. Run `pnpm types` to see why.');
  project.name = 'API reference';
  for (const module of project.children ?? []) {
    module.name = module.name.replace('packages/', '@realtime-session/').replace('/src', '');
  }
  await app.generateOutputs(project);
}

async function entriesOf(name: string): Promise<string[]> {
  const folder = join(root, 'packages', name);
  const { exports = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    exports?: Record<string, unknown>;
  };
  return Object.keys(exports)
    .filter((key) => !key.endsWith('.json'))
    .map((key) => join(folder, 'src', `${key === '.' ? 'index' : basename(key)}.ts`));
}
