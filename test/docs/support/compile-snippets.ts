import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { AppTemplate } from '../../support/app-templates.ts';
import { root, toSlashes } from './markdown.ts';

/** As TypeScript writes it, also on Windows. */
const folder = toSlashes(fileURLToPath(root));

/** TypeScript code of a page. */
export interface Snippet {
  /** Path of its file, or where to compile a snippet without a file, relative to the root of the repository. */
  readonly path: string;
  readonly code: string;
}

/** The packages, resolved to their sources, so that no build is needed. */
const packagePaths = {
  '@realtime-session/*': ['./packages/*/src/index.ts'],
  ...Object.fromEntries(
    ['core', 'react', 'server', 'emulator'].map((name) => [
      `@realtime-session/${name}/*`,
      [`./packages/${name}/src/*.ts`],
    ]),
  ),
};

const serverCode = /\bprocess\.|from 'node:|@realtime-session\/server/;

/**
 * Compiles snippets with the compiler options of a template, as code in an app that the template created.
 *
 * @returns the errors in the snippets themselves, one line each.
 */
export function compileSnippets(template: AppTemplate, snippets: readonly Snippet[]): string[] {
  const needsNode = ({ code }: Snippet) => template.nodeTypes === 'everywhere' || serverCode.test(code);
  const { types = [] } = template.compilerOptions as { types?: readonly string[] };
  return [
    ...compile({ ...template.compilerOptions, types: [...types, 'node'] }, snippets.filter(needsNode)),
    ...compile(
      template.compilerOptions,
      snippets.filter((snippet) => !needsNode(snippet)),
    ),
  ];
}

function compile(compilerOptions: object, snippets: readonly Snippet[]): string[] {
  if (snippets.length === 0) return [];
  const { options, errors } = ts.convertCompilerOptionsFromJson(
    { ...compilerOptions, paths: packagePaths },
    folder,
  );
  const texts = new Map(snippets.map(({ path, code }) => [folder + path, code]));
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const readFile = host.readFile.bind(host);
  // Finds the type packages of the workspace `test`.
  host.getCurrentDirectory = () => `${folder}test`;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  const program = ts.createProgram([...texts.keys()], options, host);
  const found = [...texts.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return [...errors, ...program.getOptionsDiagnostics(), ...found].map(format);
}

function format({ file, start = 0, code, messageText }: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  if (file === undefined) return `TS${code} ${message}`;
  const { line } = file.getLineAndCharacterOfPosition(start);
  return `${file.fileName.slice(folder.length)}:${line + 1} TS${code} ${message}`;
}
