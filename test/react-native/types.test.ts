import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);

test('the recipe compiles against the types of react-native, netinfo and react-native-webrtc', async () => {
  const compiler = require.resolve('typescript/bin/tsc');
  const project = fileURLToPath(new URL('tsconfig.types.json', import.meta.url));
  const failure: unknown = await promisify(execFile)(process.execPath, [compiler, '-p', project]).then(
    () => undefined,
    (thrown: unknown) => (thrown as { readonly stdout: string }).stdout,
  );
  expect(failure).toBeUndefined();
});
