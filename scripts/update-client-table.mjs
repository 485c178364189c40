// Writes the table of clients into the README of the emulator, from what the clients do: node scripts/update-client-table.mjs
import { run } from './lib/run.mjs';

const { code, output } = await run('vitest', ['run', '--project', 'integration', 'test/clients'], {
  env: { UPDATE_CLIENT_TABLE: '1' },
});
console.log(output);
process.exitCode = code;
