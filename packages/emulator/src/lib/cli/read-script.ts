import { readFile } from 'node:fs/promises';
import { parseScript } from '../script/parse-script.ts';
import type { ConversationScript } from '../script/script.ts';
import { parseJson } from '../shared/json.ts';
import { EmulatorOptionError } from '../shared/option-error.ts';

/** Reads a script from a JSON file. Throws {@link EmulatorOptionError} that names the file and the mistake in it. */
export async function readScript(path: string): Promise<readonly ConversationScript[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new EmulatorOptionError(`${path} cannot be read; check the path of --script.`);
  const json = parseJson(text.replace(/^\uFEFF/, '')); // editors on Windows can start a file with a byte order mark
  if (json === undefined) throw new EmulatorOptionError(`${path} is not valid JSON.`);
  try {
    return parseScript(json);
  } catch (error) {
    if (!(error instanceof EmulatorOptionError)) throw error;
    throw new EmulatorOptionError(`${path}: ${error.message}`);
  }
}
