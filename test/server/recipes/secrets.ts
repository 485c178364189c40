import { readFile } from 'node:fs/promises';

const { OPENAI_API_KEY_FILE = '/run/secrets/openai_api_key' } = process.env;

/** Reads the file for every request, so that a new key needs no restart. */
export async function readApiKey(): Promise<string> {
  return (await readFile(OPENAI_API_KEY_FILE, 'utf8')).trim(); // most files end with a line break
}
