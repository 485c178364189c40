// Compares the exports of each package with the committed reports in `api/`: node scripts/api.mjs [--update]
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { root } from './lib/run.mjs';

const reports = join(root, 'api');
const isUpdate = process.argv.includes('--update');
const scratch = mkdtempSync(join(tmpdir(), 'realtime-session-api-'));
const written = new Set();
const changed = [];

mkdirSync(reports, { recursive: true });
for (const name of readdirSync(join(root, 'packages'))) {
  for (const { entry, types } of entriesOf(name)) {
    const report = `${name}.${entry}.api.md`;
    written.add(report);
    if (!matchesReport(name, types, report)) changed.push(report);
  }
}
rmSync(scratch, { recursive: true });
for (const stale of readdirSync(reports).filter((file) => !written.has(file))) {
  if (isUpdate) rmSync(join(reports, stale));
  changed.push(stale);
}

if (changed.length > 0 && !isUpdate) {
  console.error(`The public API differs from these reports: ${changed.join(', ')}.`);
  console.error('If the change is intended, run `pnpm api:update`, review the diff, and commit it.');
  process.exitCode = 1;
}

/** The entries in the export map of a package that have types. */
function entriesOf(name) {
  const { exports } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([, target]) => target.types)
    .map(([path, target]) => ({ entry: path === '.' ? 'index' : path.slice(2), types: target.types }));
}

/** Compares an entry with its report, or updates the report. Returns whether they were equal. */
function matchesReport(name, types, reportFileName) {
  const projectFolder = join(root, 'packages', name);
  const mainEntryPointFilePath = join(projectFolder, types);
  if (!existsSync(mainEntryPointFilePath))
    throw new Error(`${mainEntryPointFilePath} does not exist. Run npm run build first.`);
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, 'package.json'),
    configObject: {
      projectFolder,
      mainEntryPointFilePath,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(projectFolder, 'tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFileName,
        reportFolder: reports,
        reportTempFolder: scratch,
        includeForgottenExports: true,
      },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
  const { apiReportChanged, errorCount } = Extractor.invoke(config, {
    localBuild: isUpdate,
    messageCallback(message) {
      message.handled = message.logLevel !== 'error';
    },
  });
  if (errorCount > 0) throw new Error(`${reportFileName}: the declarations do not compile.`);
  return !apiReportChanged;
}
