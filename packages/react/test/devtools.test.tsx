import { createTokenManager } from '@realtime-session/core';
import {
  createRealtimeSessionStore,
  useRealtimeSession,
  type UseRealtimeSessionResult,
} from '@realtime-session/react';
import { RealtimeSessionDevtools } from '@realtime-session/react/devtools';
import { fireEvent, screen, within } from '@testing-library/react';
import { StrictMode, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createStage, renderSettled } from './support.tsx';

type Stage = ReturnType<typeof createStage>;

let secrets = 0;

function secret(): object {
  secrets += 1;
  return { value: `ek_canary${secrets}`, expires_in: 100 };
}

function Voice({
  stage,
  use,
}: {
  stage: Stage;
  use?: (session: UseRealtimeSessionResult) => void;
}): ReactNode {
  const session = useRealtimeSession({
    ...stage.options,
    key: stage.name,
    lead: { ratio: 0.2 },
    jitterRatio: 0,
  });
  return <button onClick={() => use?.(session)}>app {session.status}</button>;
}

function Devtools({ stage }: { stage: Stage }): ReactNode {
  return <RealtimeSessionDevtools initially="open" clock={stage.environment.clock} />;
}

const card = (name: string): HTMLElement => screen.getByRole('article', { name });
const press = (name: string, place: HTMLElement = document.body): void =>
  void fireEvent.click(within(place).getByRole('button', { name }));
const drawing = (name: string): string =>
  within(card(name)).getByRole('img').getAttribute('aria-label') ?? '';
const bars = (name: string, kind: string): { left: string; width: string }[] =>
  [...card(name).querySelectorAll<HTMLElement>(`.rs-timeline .rs-${kind}`)].map(({ style }) => ({
    left: style.insetInlineStart,
    width: style.width,
  }));

describe('RealtimeSessionDevtools', () => {
  test('draws each manager: its token’s life and lead, mints and holders, and no secret', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    const manager = createTokenManager(stage.options);
    function Own(): ReactNode {
      return useRealtimeSession(manager).status;
    }
    await renderSettled(
      <StrictMode>
        <Voice stage={stage} />
        <Voice stage={stage} />
        <Own />
        <Devtools stage={stage} />
      </StrictMode>,
      stage,
    );
    expect(screen.getByRole('button', { name: 'Realtime sessions (2)' })).toBeTruthy();
    expect(drawing(stage.name)).toBe(
      'Token expires in 100 s, refresh in 80 s. 1 mint, 0 failed. 0 callers, 0 waiting.',
    );
    expect(within(card(stage.name)).getByText('kept by 2')).toBeTruthy();
    expect(within(card(stage.name)).getByText('ek_…(redacted)')).toBeTruthy();
    expect(within(card(stage.name)).getByText('ready')).toBeTruthy();
    expect(bars(stage.name, 'life')).toHaveLength(1);
    expect(bars(stage.name, 'lead')).toHaveLength(1);
    expect(drawing('a manager of the app')).toMatch(/^Token expires in 100 s/);
    expect(document.documentElement.outerHTML).not.toContain('canary');
  });

  test('follows a refresh: another life begins where the one before ends', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    await renderSettled(
      <>
        <Voice stage={stage} />
        <Devtools stage={stage} />
      </>,
      stage,
    );
    await stage.advance(80_000);
    expect(drawing(stage.name)).toBe(
      'Token expires in 100 s, refresh in 80 s. 2 mints, 0 failed. 0 callers, 0 waiting.',
    );
    const [before, after] = bars(stage.name, 'life');
    const share = (text?: string): number => Number.parseFloat(text ?? '');
    expect(share(before?.left) + share(before?.width)).toBeCloseTo(share(after?.left), 6);
  });

  test('draws a manager that comes later from its first mint on', async () => {
    const stage = createStage();
    const page = (app: ReactNode): ReactNode => (
      <>
        {app}
        <Devtools stage={stage} />
      </>
    );
    const view = await renderSettled(page(null), stage);
    view.rerender(page(<Voice stage={stage} />));
    await stage.advance(0);
    expect(within(card(stage.name)).getByText(/mint, initial/)).toBeTruthy();
    view.rerender(page(null));
    await stage.advance(2_000);
    expect(within(card(stage.name)).getByText('kept by 0')).toBeTruthy();
    expect(drawing(stage.name)).toMatch(/^Over\. 1 mint, 0 failed/);
  });

  test('moves once a second', async () => {
    const stage = createStage();
    stage.server.script(secret());
    await renderSettled(
      <>
        <Voice stage={stage} />
        <Devtools stage={stage} />
      </>,
      stage,
    );
    await stage.advance(3_000);
    expect(drawing(stage.name)).toMatch(/^Token expires in 97 s/);
  });

  test('expires a token now', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    await renderSettled(
      <>
        <Voice stage={stage} />
        <Devtools stage={stage} />
      </>,
      stage,
    );
    await stage.advance(10_000);
    press('Expire now', card(stage.name));
    expect(screen.getByText('app loading')).toBeTruthy();
    await stage.advance(2_000);
    expect(screen.getByText('app ready')).toBeTruthy();
    expect(stage.server.calls.map(({ reason }) => reason)).toEqual(['initial', 'invalidated']);
    expect(within(card(stage.name)).getByText(/token refused/)).toBeTruthy();
  });

  test('fails the next mint, and no other', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    await renderSettled(
      <>
        <Voice stage={stage} />
        <Devtools stage={stage} />
      </>,
      stage,
    );
    const button = within(card(stage.name)).getByRole('button', { name: 'Fail next mint' });
    fireEvent.click(button);
    expect(button.getAttribute('aria-pressed')).toBe('true');
    await stage.advance(80_000);
    expect(button.getAttribute('aria-pressed')).toBe('false');
    expect(bars(stage.name, 'failed')).toHaveLength(1);
    expect(within(card(stage.name)).getByText(/mint failed: network/)).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
    await stage.advance(5_000);
    expect(stage.server.calls).toHaveLength(2);
    expect(drawing(stage.name)).toContain('3 mints, 1 failed.');
  });

  test('a failure that was ordered can be called off', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    await renderSettled(
      <>
        <Voice stage={stage} />
        <Devtools stage={stage} />
      </>,
      stage,
    );
    press('Fail next mint');
    press('Fail next mint');
    await stage.advance(85_000);
    expect(drawing(stage.name)).toContain('2 mints, 0 failed.');
  });

  test('takes the network away and brings it back', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    const heard: string[] = [];
    for (const type of ['offline', 'online']) {
      const listen = (): void => void heard.push(`${type} ${navigator.onLine}`);
      window.addEventListener(type, listen);
      onTestFinished(() => window.removeEventListener(type, listen));
    }
    await renderSettled(
      <>
        <Voice stage={stage} />
        <Devtools stage={stage} />
      </>,
      stage,
    );
    press('Go offline');
    expect(screen.getByRole('button', { name: 'Go offline' }).getAttribute('aria-pressed')).toBe('true');
    await stage.advance(200_000);
    expect(stage.server.calls).toHaveLength(1);
    expect(screen.getByText('app loading')).toBeTruthy();
    press('Go offline');
    await stage.advance(60_000);
    expect(screen.getByText('app ready')).toBeTruthy();
    expect(heard).toEqual(['offline false', 'online true']);
  });

  test('shows who called, and what they got', async () => {
    const stage = createStage();
    await renderSettled(
      <>
        <Voice stage={stage} use={(session) => void session.getToken().catch(() => undefined)} />
        <Devtools stage={stage} />
      </>,
      stage,
    );
    press('app loading');
    press('app loading');
    expect(drawing(stage.name)).toContain('2 callers, 2 waiting.');
    stage.server.calls[0]!.resolve(secret());
    await stage.advance(0);
    expect(drawing(stage.name)).toContain('2 callers, 0 waiting.');
    expect(bars(stage.name, 'served')).toHaveLength(2);
  });

  test('says which managers it cannot reach into, and still expires their tokens', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    const manager = createTokenManager(stage.options);
    const store = createRealtimeSessionStore(manager);
    onTestFinished(store.subscribe(() => undefined));
    await renderSettled(<Devtools stage={stage} />, stage);
    const own = card('a manager of the app');
    expect(within(own).queryByRole('button', { name: 'Fail next mint' })).toBeNull();
    await stage.advance(10_000);
    press('Expire now', own);
    await stage.advance(5_000);
    expect(stage.server.calls).toHaveLength(2);
  });

  test('reaches into stores outside React too', async () => {
    const stage = createStage();
    const store = createRealtimeSessionStore({ ...stage.options, key: stage.name });
    onTestFinished(store.subscribe(() => undefined));
    await renderSettled(<Devtools stage={stage} />, stage);
    stage.server.calls[0]!.reject(new TypeError('Failed to fetch'));
    press('Fail next mint', card(stage.name));
    await stage.advance(5_000);
    expect(drawing(stage.name)).toMatch(/2 failed\./);
    store.manager.dispose();
    await stage.advance(0);
    expect(card(stage.name).querySelector('.rs-status')?.textContent).toBe('disposed');
  });

  test('leaves everything as it was when it goes away', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    const manager = createTokenManager(stage.options);
    const before = Object.entries(manager);
    function Own(): ReactNode {
      return useRealtimeSession(manager).status;
    }
    const page = (devtools: ReactNode): ReactNode => (
      <>
        <Voice stage={stage} />
        <Own />
        {devtools}
      </>
    );
    const view = await renderSettled(page(<Devtools stage={stage} />), stage);
    expect(Object.entries(manager)).not.toEqual(before);
    press('Fail next mint', card(stage.name));
    press('Go offline');
    view.rerender(page(null));
    expect(Object.entries(manager)).toEqual(before);
    expect([Object.hasOwn(navigator, 'onLine'), navigator.onLine]).toEqual([false, true]);
    stage.server.script(secret(), secret());
    await stage.advance(85_000);
    expect(screen.getByText('app ready')).toBeTruthy();
    expect(stage.server.calls.length).toBeGreaterThan(2);
  });

  test('begins as a button that opens and closes it', async () => {
    const stage = createStage();
    await renderSettled(<RealtimeSessionDevtools clock={stage.environment.clock} />, stage);
    const button = screen.getByRole('button', { name: 'Realtime sessions (0)' });
    const panel = document.getElementById(button.getAttribute('aria-controls') ?? '');
    expect([button.getAttribute('aria-expanded'), panel?.hidden]).toEqual(['false', true]);
    fireEvent.click(button);
    expect([button.getAttribute('aria-expanded'), panel?.hidden]).toEqual(['true', false]);
    expect(screen.getByText('No component uses a session yet.')).toBeTruthy();
    fireEvent.click(button);
    expect(panel?.textContent).toBe('');
  });

  test('a server renders it closed and empty', () => {
    const html = renderToString(<RealtimeSessionDevtools />);
    expect(html).toContain('aria-expanded="false"');
    expect(html).not.toContain('<article');
  });
});
