import { createTokenManager } from '@realtime-session/core';
import {
  createRealtimeSessionStore,
  RealtimeSessionProvider,
  useRealtimeSession,
} from '@realtime-session/react';
import { RealtimeSessionDevtools, withFaultInjection } from '@realtime-session/react/devtools';
import { fireEvent, screen, within } from '@testing-library/react';
import { StrictMode, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createStage as createPlainStage, renderSettled } from './support.tsx';

type Stage = ReturnType<typeof createPlainStage>;

/** Disposes its sessions when the test finishes: the page's registry would show them in the next test. */
function createStage(): Stage {
  const stage = createPlainStage();
  onTestFinished(() => stage.environment.clock.advance(1_000));
  return stage;
}

let secrets = 0;

function secret(): object {
  secrets += 1;
  return { value: `ek_canary${secrets}`, expires_in: 100 };
}

const faultInjectionOptions = (stage: Stage) => ({
  ...stage.options,
  fetchToken: withFaultInjection(stage.server.fetchToken),
  key: stage.name,
  lead: { ratio: 0.2 },
  jitterRatio: 0,
});

function Voice({ stage }: { stage: Stage }): ReactNode {
  const { status } = useRealtimeSession(faultInjectionOptions(stage));
  return <p>app {status}</p>;
}

function Devtools({ stage }: { stage: Stage }): ReactNode {
  return <RealtimeSessionDevtools initially="open" clock={stage.environment.clock} />;
}

function App({ stage }: { stage: Stage }): ReactNode {
  return (
    <>
      <Voice stage={stage} />
      <Devtools stage={stage} />
    </>
  );
}

const card = (name: string): HTMLElement => screen.getByRole('article', { name });
const press = (name: string, container: HTMLElement = document.body): void =>
  void fireEvent.click(within(container).getByRole('button', { name }));
const timelineLabel = (name: string): string =>
  within(card(name)).getByRole('img').getAttribute('aria-label') ?? '';
const bars = (name: string, kind: string): { left: string; width: string }[] =>
  [...card(name).querySelectorAll<HTMLElement>(`.rs-timeline .rs-${kind}`)].map(({ style }) => ({
    left: style.insetInlineStart,
    width: style.width,
  }));

describe('RealtimeSessionDevtools', () => {
  test('shows the lifetime, lead and mints of each session, and no secret', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    const manager = createTokenManager(stage.options);
    function OwnManager(): ReactNode {
      return useRealtimeSession(manager).status;
    }
    await renderSettled(
      <StrictMode>
        <Voice stage={stage} />
        <Voice stage={stage} />
        <OwnManager />
        <RealtimeSessionDevtools
          initially="open"
          clock={stage.environment.clock}
          managers={{ 'my manager': manager }}
        />
      </StrictMode>,
      stage,
    );
    expect(screen.getByRole('button', { name: 'Realtime sessions (2)' })).toBeTruthy();
    expect(timelineLabel(stage.name)).toBe('Token expires in 100 s, refresh in 80 s. 1 mint, 0 failed.');
    expect(within(card(stage.name)).getByText('ek_…(redacted)')).toBeTruthy();
    expect(within(card(stage.name)).getByText('ready')).toBeTruthy();
    expect(bars(stage.name, 'life')).toHaveLength(1);
    expect(bars(stage.name, 'lead')).toHaveLength(1);
    expect(timelineLabel('my manager')).toMatch(/^Token expires in 100 s/);
    expect(document.documentElement.outerHTML).not.toContain('canary');
  });

  test('shows a refresh as a second lifetime that starts where the first ends', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    await renderSettled(<App stage={stage} />, stage);
    await stage.advance(80_000);
    expect(timelineLabel(stage.name)).toBe('Token expires in 100 s, refresh in 80 s. 2 mints, 0 failed.');
    const [before, after] = bars(stage.name, 'life');
    const percent = (text?: string): number => Number.parseFloat(text ?? '');
    expect(percent(before?.left) + percent(before?.width)).toBeCloseTo(percent(after?.left), 6);
  });

  test('shows a session that mounts later within a second, and keeps it after it is disposed', async () => {
    const stage = createStage();
    const page = (app: ReactNode): ReactNode => (
      <>
        {app}
        <Devtools stage={stage} />
      </>
    );
    const view = await renderSettled(page(null), stage);
    view.rerender(page(<Voice stage={stage} />));
    await stage.advance(1_000);
    expect(timelineLabel(stage.name)).toBe('No token: attempt 1 is running. 1 mint, 0 failed.');
    stage.server.calls[0]!.resolve(secret());
    await stage.advance(0);
    expect(within(card(stage.name)).getByText(/token received: valid for 100 s/)).toBeTruthy();
    view.rerender(page(null));
    await stage.advance(2_000);
    expect(timelineLabel(stage.name)).toBe('Disposed. 1 mint, 0 failed.');
  });

  test('shows the sessions of the nearest provider: its own, and those of its registry', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    const manager = createTokenManager(stage.options);
    function Nearest(): ReactNode {
      return useRealtimeSession().status;
    }
    await renderSettled(
      <RealtimeSessionProvider manager={manager}>
        <Nearest />
        <App stage={stage} />
      </RealtimeSessionProvider>,
      stage,
    );
    expect(timelineLabel('nearest provider')).toMatch(/^Token expires in 100 s/);
    expect(timelineLabel(stage.name)).toMatch(/^Token expires in 100 s/);
  });

  test('names sessions by their key or endpoint, and by their params', async () => {
    const stage = createStage();
    stage.server.script(secret());
    function WithParams(): ReactNode {
      return useRealtimeSession({ ...stage.options, key: stage.name, params: { voice: 'marin' } }).status;
    }
    await renderSettled(
      <>
        <WithParams />
        <Devtools stage={stage} />
      </>,
      stage,
    );
    expect(card(`${stage.name} {"voice":"marin"}`)).toBeTruthy();
  });

  test('moves the timelines once a second', async () => {
    const stage = createStage();
    stage.server.script(secret());
    await renderSettled(<App stage={stage} />, stage);
    await stage.advance(3_000);
    expect(timelineLabel(stage.name)).toMatch(/^Token expires in 97 s/);
  });

  test('takes no lease: a session that no component uses is not refreshed', async () => {
    const stage = createStage();
    stage.server.script(secret());
    const manager = createTokenManager(stage.options);
    await manager.getToken();
    await renderSettled(
      <RealtimeSessionDevtools
        initially="open"
        clock={stage.environment.clock}
        managers={{ idle: manager }}
      />,
      stage,
    );
    await stage.advance(200_000);
    expect(stage.server.calls).toHaveLength(1);
    expect(timelineLabel('idle')).toBe('No token was requested. 0 mints, 0 failed.');
  });

  test('invalidates a token', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    await renderSettled(<App stage={stage} />, stage);
    await stage.advance(10_000);
    press('Invalidate token', card(stage.name));
    expect(screen.getByText('app loading')).toBeTruthy();
    await stage.advance(2_000);
    expect(screen.getByText('app ready')).toBeTruthy();
    expect(stage.server.calls.map(({ reason }) => reason)).toEqual(['initial', 'invalidated']);
    expect(within(card(stage.name)).getByText(/token invalidated/)).toBeTruthy();
  });

  test('invalidates the token of a store outside React, and shows when its manager is disposed', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    const store = createRealtimeSessionStore(stage.options);
    onTestFinished(store.subscribe(() => undefined));
    await renderSettled(
      <RealtimeSessionDevtools
        initially="open"
        clock={stage.environment.clock}
        managers={{ store: store.manager }}
      />,
      stage,
    );
    await stage.advance(10_000);
    press('Invalidate token', card('store'));
    await stage.advance(5_000);
    expect(stage.server.calls).toHaveLength(2);
    store.manager.dispose();
    await stage.advance(0);
    expect(card('store').querySelector('.rs-status')?.textContent).toBe('disposed');
  });

  test('fails the next mint, and no other', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    await renderSettled(<App stage={stage} />, stage);
    const button = screen.getByRole('button', { name: 'Fail next mint' });
    fireEvent.click(button);
    expect(button.getAttribute('aria-pressed')).toBe('true');
    await stage.advance(80_000);
    expect(button.getAttribute('aria-pressed')).toBe('false');
    expect(bars(stage.name, 'failed')).toHaveLength(1);
    expect(within(card(stage.name)).getByText(/mint failed: network/)).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
    await stage.advance(5_000);
    expect(stage.server.calls).toHaveLength(2);
    expect(timelineLabel(stage.name)).toContain('3 mints, 1 failed.');
  });

  test('does not fail the next mint when the button is pressed again', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    await renderSettled(<App stage={stage} />, stage);
    press('Fail next mint');
    press('Fail next mint');
    await stage.advance(85_000);
    expect(timelineLabel(stage.name)).toContain('2 mints, 0 failed.');
  });

  test('takes the network offline and brings it back', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    const events: string[] = [];
    for (const type of ['offline', 'online']) {
      const listen = (): void => void events.push(`${type} ${navigator.onLine}`);
      window.addEventListener(type, listen);
      onTestFinished(() => window.removeEventListener(type, listen));
    }
    await renderSettled(<App stage={stage} />, stage);
    press('Go offline');
    expect(screen.getByRole('button', { name: 'Go offline' }).getAttribute('aria-pressed')).toBe('true');
    expect(screen.getByRole('button', { name: 'Realtime sessions (1), offline' })).toBeTruthy();
    await stage.advance(200_000);
    expect(stage.server.calls).toHaveLength(1);
    expect(screen.getByText('app loading')).toBeTruthy();
    press('Go offline');
    await stage.advance(60_000);
    expect(screen.getByText('app ready')).toBeTruthy();
    expect(events).toEqual(['offline false', 'online true']);
  });

  test('ends its faults and leaves managers unchanged when it unmounts', async () => {
    const stage = createStage();
    stage.server.script(secret(), secret());
    const manager = createTokenManager(stage.options);
    const members = Object.entries(manager);
    const page = (devtools: ReactNode): ReactNode => (
      <>
        <Voice stage={stage} />
        {devtools}
      </>
    );
    const view = await renderSettled(
      page(
        <RealtimeSessionDevtools initially="open" clock={stage.environment.clock} managers={{ manager }} />,
      ),
      stage,
    );
    press('Fail next mint');
    press('Go offline');
    expect(Object.entries(manager)).toEqual(members);
    view.rerender(page(null));
    expect([Object.hasOwn(navigator, 'onLine'), navigator.onLine]).toEqual([false, true]);
    expect(stage.environment.clock.pending()).toBeLessThanOrEqual(1);
    await stage.advance(85_000);
    expect(screen.getByText('app ready')).toBeTruthy();
    expect(stage.server.calls).toHaveLength(2);
  });

  test('starts as a button that opens and closes the panel', async () => {
    const stage = createStage();
    await renderSettled(<RealtimeSessionDevtools clock={stage.environment.clock} />, stage);
    const button = screen.getByRole('button', { name: 'Realtime sessions (0)' });
    const panel = document.getElementById(button.getAttribute('aria-controls') ?? '');
    expect([button.getAttribute('aria-expanded'), panel?.hidden]).toEqual(['false', true]);
    fireEvent.click(button);
    expect([button.getAttribute('aria-expanded'), panel?.hidden]).toEqual(['true', false]);
    expect(screen.getByText('No session is in use yet.')).toBeTruthy();
    fireEvent.click(button);
    expect(panel?.textContent).toBe('');
  });

  test('renders closed and empty on a server', () => {
    const html = renderToString(<RealtimeSessionDevtools />);
    expect(html).toContain('aria-expanded="false"');
    expect(html).not.toContain('<article');
  });
});

describe('withFaultInjection', () => {
  test('passes requests and tokens through without a panel', async () => {
    const stage = createStage();
    const token = secret();
    stage.server.script(token);
    const manager = createTokenManager(faultInjectionOptions(stage));
    expect((await manager.getToken()).value).toBe((token as { value: string }).value);
    expect(stage.server.calls.map(({ reason }) => reason)).toEqual(['initial']);
  });
});
