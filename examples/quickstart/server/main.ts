import { startQuickstart, type Quickstart } from './quickstart.ts';
import { readSettings } from './settings.ts';
import { StartError } from './start-error.ts';

/** A clean end that takes longer than this is no longer waited for. */
const GRACE_MS = 800;

function stopOnSignal(quickstart: Quickstart): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), GRACE_MS).unref();
    void quickstart.close().finally(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

try {
  const quickstart = await startQuickstart(readSettings(process.env));
  stopOnSignal(quickstart);
  if (quickstart.emulatorUrl !== undefined) console.log(`emulator ${quickstart.emulatorUrl}`);
  console.log(`open ${quickstart.url}`);
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
