// Compiles projects like tsc, in one process: node compile-projects.mjs PATH_OF_TYPESCRIPT PROJECT...
// Prints a JSON array with the diagnostics of each project, which are empty if it compiles.
//
// Parsing and checking the declarations of React, Node and other packages takes nearly all of the time. So the projects share parsed
// declaration files, and a declaration file of another package is checked in the first project that contains it. The other files,
// which include all declarations of the packages under test, are checked in each project. TypeScript's own libraries are not checked.
import { createRequire } from 'node:module';

const [path, ...projects] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(path);

const formatHost = {
  getCanonicalFileName: (fileName) => fileName,
  getCurrentDirectory: ts.sys.getCurrentDirectory,
  getNewLine: () => '\n',
};

const parsed = new Map();
const checked = new Set();

/** Editors share parsed files between projects in the same way, see `createDocumentRegistry`. */
function createHost(options) {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (fileName, parseOptions, ...rest) => {
    if (!/\.d\.[cm]?ts$/.test(fileName)) return getSourceFile(fileName, parseOptions, ...rest);
    const key = `${fileName} ${String(parseOptions.impliedNodeFormat)}`;
    if (!parsed.has(key)) parsed.set(key, getSourceFile(fileName, parseOptions, ...rest));
    return parsed.get(key);
  };
  return host;
}

function readProject(project) {
  const host = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(ts.formatDiagnostic(diagnostic, formatHost));
    },
  };
  return ts.getParsedCommandLineOfConfigFile(project, undefined, host);
}

function isUnderTest({ fileName }) {
  return !fileName.includes('/node_modules/') || fileName.includes('/node_modules/@realtime-session/');
}

/** Notes the files, so that no other project checks the declarations of other packages again. */
function selectFiles(program) {
  const files = program.getSourceFiles().filter((file) => !program.isSourceFileDefaultLibrary(file));
  const selected = files.filter((file) => isUnderTest(file) || !checked.has(file.fileName));
  if (program.getCompilerOptions().skipLibCheck !== true) {
    for (const { fileName } of files) checked.add(fileName);
  }
  return selected;
}

function compile(project) {
  const { fileNames: rootNames, options, errors } = readProject(project);
  const program = ts.createProgram({ rootNames, options, host: createHost(options) });
  const diagnostics = [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...selectFiles(program).flatMap((file) => program.getSemanticDiagnostics(file)),
  ];
  return ts.formatDiagnostics(ts.sortAndDeduplicateDiagnostics(diagnostics), formatHost);
}

process.stdout.write(JSON.stringify(projects.map(compile)));
