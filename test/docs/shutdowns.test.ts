import { shutdowns } from '@realtime-session/protocol';
import { describe, expect, it } from 'vitest';
import { filesBelow, guides, pages, read } from './support/markdown.ts';

/** What a reader can copy, and where defaults are. */
const folders = ['docs', 'examples', 'packages', 'scripts', 'test/docs/snippets', 'test/adapters/recipes', 'test/server/recipes', 'bench']; // prettier-ignore

/** Files whose subject is the names of models: the table, and what the emulator accepts. Tests of packages cover models of every age. */
const excluded =
  /^packages\/[^/]+\/test\/|^packages\/protocol\/src\/shutdowns\.ts$|^packages\/emulator\/src\/lib\/(state\/|shared\/model-snapshots)|^packages\/server\/src\/lib\/calls\/prices\.ts$|CHANGELOG\.md$|RESULTS\.md$/;

/** The one exception: the documented example of the retired call, as the API reference shows it. */
const DOCUMENTED_EXAMPLE = '{"model":"gpt-realtime","modalities":["audio","text"],"instructions":"You are a friendly assistant."}'; // prettier-ignore

const files = [
  'README.md',
  'CONTRIBUTING.md',
  ...new Set([
    ...(await pages()),
    ...(await guides()),
    ...(await Promise.all(folders.map(filesBelow))).flat(),
  ]),
].filter((name) => /\.(md|[cm]?[jt]sx?|html|capnp|json)$/.test(name) && !excluded.test(name));

/**
 * The lines that name a model or a field of a session that shuts down. A line with the date of the shutdown is a warning, and
 * `findShutdowns()` looks names up.
 */
function findNames(text: string): string[] {
  return text
    .replaceAll(DOCUMENTED_EXAMPLE, '')
    .split('\n')
    .filter((line) =>
      shutdowns.some(({ kind, name, date }) => {
        const asModel = new RegExp(String.raw`(?<![\w.-])${name}(?![\w-]|\.\d)`);
        // A string with this name is the prompt of a transcription, which remains.
        const asField = new RegExp(String.raw`(?<![\w.-])${name}['"]?: *\{`);
        return (
          (kind === 'model' ? asModel : asField).test(line) &&
          !line.includes(date) &&
          !line.includes('findShutdowns(')
        );
      }),
    )
    .map((line) => line.trim());
}

describe('models and fields with a shutdown date', () => {
  it.each(files)('are not in %s', async (name) => {
    expect(findNames(await read(name))).toEqual([]);
  });

  it.each([
    ["session: { model: 'gpt-realtime' }", 1],
    ["session: { model: 'gpt-realtime-2.1' }", 0],
    ['Use `gpt-realtime`.', 1],
    ['transcription: { model: "whisper-1" }', 1],
    ["prompt: { id: 'pmpt_1' }", 1],
    ["transcription: { model: 'gpt-transcribe', prompt: 'Names of drugs.' }", 0],
    ['`gpt-realtime` shuts down on 2027-01-20.', 0],
    [`curl -d '${DOCUMENTED_EXAMPLE}'`, 0],
  ])('are found in %j %i times', (text, count) => {
    expect(findNames(text)).toHaveLength(count);
  });
});
