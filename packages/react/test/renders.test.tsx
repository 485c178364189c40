import {
  useRealtimeSession,
  useTokenRemaining,
  useRealtimeToken,
  type SelectableSession,
} from '@realtime-session/react';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Profiler, StrictMode, type ReactNode } from 'react';
import { describe, expect, test } from 'vitest';
import { tokenResponse, createStage, renderSettled } from './support.tsx';

type Source = ReturnType<typeof createStage>['options'];
type Reader = (props: { source: Source }) => ReactNode;

const selecting =
  (selector: (session: SelectableSession) => unknown): Reader =>
  ({ source }) => {
    useRealtimeSession(source, selector);
    return null;
  };

const Members: Reader = ({ source }) => {
  const { status, error, getToken } = useRealtimeSession(source);
  return <button onClick={() => void getToken()}>{error?.message ?? status}</button>;
};
const Everything: Reader = ({ source }) => {
  const session = { ...useRealtimeSession(source) };
  return session.status;
};
const Token: Reader = ({ source }) => useRealtimeToken(source)?.toString();
const Nothing = (): ReactNode => null;
const Countdown: Reader = ({ source }) => useTokenRemaining(1_000, source);
const Hundred: Reader = ({ source }) =>
  Array.from({ length: 100 }, (_, index) => <Members key={index} source={source} />);

const readers: readonly (readonly [name: string, reader: Reader])[] = [
  ['`const { status, error, getToken } = useRealtimeSession(source)`', Members],
  ['`{ ...useRealtimeSession(source) }`', Everything],
  ['`useRealtimeToken(source)`', Token],
  ['a hundred that read `status`, as commits', Hundred],
  ['`({ peek }) => peek()?.value`', selecting(({ peek }) => peek()?.value)],
  [
    '`expiresAtMs`, through a selector',
    selecting((session) => session.status === 'ready' && session.expiresAtMs),
  ],
  ['`({ status, error }) => ({ status, error })`', selecting(({ status, error }) => ({ status, error }))],
  ['`(session) => session.status`', selecting((session) => session.status)],
  ['`(session) => session.getToken`', selecting((session) => session.getToken)],
  ['`useTokenRemaining()`', Countdown],
  ['none of these, in the same tree', Nothing],
];

/** Counts the commits of each reader until the first token, during a refresh, and during a minute. */
async function measure(wrap: (page: ReactNode) => ReactNode): Promise<Map<string, number[]>> {
  const stage = createStage();
  const source = { ...stage.options, key: stage.name, lead: { maxMs: 60_000 }, jitterRatio: 0 };
  const commits = new Map(readers.map(([name]) => [name, 0]));
  const page = readers.map(([name, Reader]) => (
    <Profiler key={name} id={name} onRender={() => commits.set(name, (commits.get(name) ?? 0) + 1)}>
      <Reader source={source} />
    </Profiler>
  ));
  const respond = async (): Promise<void> => {
    stage.server.calls.at(-1)!.resolve(tokenResponse(600));
    await stage.advance(0);
    await stage.advance(1);
  };
  const counted = new Map<string, number[]>(readers.map(([name]) => [name, []]));
  const recordCommits = (): void => {
    for (const [name, count] of commits) {
      counted.get(name)?.push(count);
      commits.set(name, 0);
    }
  };

  await renderSettled(wrap(page), stage);
  await respond();
  recordCommits();
  await stage.advance(539_000);
  for (const name of commits.keys()) commits.set(name, 0);
  await stage.advance(1_000);
  expect(stage.server.calls.map(({ reason }) => reason)).toEqual(['initial', 'proactive']);
  await respond();
  recordCommits();
  for (let second = 0; second < 60; second += 1) await stage.advance(1_000);
  expect(stage.server.calls).toHaveLength(2);
  recordCommits();
  return counted;
}

/** Reads the counts from the table in the guide. */
function readPrintedCounts(): Map<string, number[]> {
  const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/react.md'), 'utf8');
  const rows = guide
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, name]) => readers.some(([known]) => known === name));
  return new Map(rows.map(([, name, ...cells]) => [name ?? '', cells.slice(0, 3).map(Number)]));
}

describe('a component re-renders', () => {
  test('as often as documented', async () => {
    const measured = await measure((page) => page);
    expect(Object.fromEntries(measured)).toEqual(Object.fromEntries(readPrintedCounts()));
  });

  test('as often as documented under StrictMode', async () => {
    const strict = await measure((page) => <StrictMode>{page}</StrictMode>);
    expect(Object.fromEntries(strict)).toEqual(Object.fromEntries(readPrintedCounts()));
  });
});
