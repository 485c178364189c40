import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../support/bundle-for-browser.ts';
import { openCallPage } from '../support/call-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { countPrompts } from '../support/record-media.ts';
import { speakingMicrophone } from '../support/speech.ts';
import type {} from './fixtures/call-page.ts';

/** What a page says until the API notices: up to four seconds of silence, then a second of speech. */
const SPEECH_TIMEOUT_MS = 30_000;

let browser: Browser;
let script: string;
beforeAll(async () => {
  [browser, script] = await Promise.all([
    launchChromium([...(await speakingMicrophone()), '--autoplay-policy=no-user-gesture-required']),
    bundleForBrowser(new URL('fixtures/call-page.ts', import.meta.url)),
  ]);
});
afterAll(() => browser.close());

const openPage = () => openCallPage(browser, script);

/** Revokes the permission for the microphone. Every track that records ends. */
async function revokeMicrophone(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const { targetInfo } = await devtools.send('Target.getTargetInfo');
  await devtools.send('Browser.setPermission', {
    permission: { name: 'microphone' },
    setting: 'denied',
    origin: new URL(page.url()).origin,
    ...(targetInfo.browserContextId === undefined ? {} : { browserContextId: targetInfo.browserContextId }),
  });
}

describe("the app's own stream", () => {
  it.each(['mute() and close()', 'close() and mute()'])(
    'comes back live and enabled after %s',
    async (order) => {
      const { page, expectNothingOpen } = await openPage();
      const track = await page.evaluate(async (order) => {
        const audio = await calls.openMicrophone();
        const connection = calls.createConnection({ audio });
        await connection.connect();
        if (order === 'mute() and close()') connection.mute();
        connection.close();
        connection.mute();
        const [track] = audio.getAudioTracks();
        const found = [track?.readyState, track?.enabled, connection.getState().muted];
        track?.stop();
        return found;
      }, order);
      expect(track).toEqual(['live', true, true]);
      await expectNothingOpen();
    },
  );

  it.each(['before the call', 'during the call'])(
    'stays disabled when the app disabled it %s',
    async (moment) => {
      const { page } = await openPage();
      const isEnabled = await page.evaluate(async (moment) => {
        const audio = await calls.openMicrophone();
        const track = audio.getAudioTracks()[0]!;
        track.enabled = moment !== 'before the call';
        const connection = calls.createConnection({ audio });
        await connection.connect();
        track.enabled = false;
        connection.mute();
        connection.unmute();
        connection.close();
        return track.enabled;
      }, moment);
      expect(isEnabled).toBe(false);
    },
  );

  it.each(['first', 'second'])(
    'comes back as it came from two connections when the %s one is closed first',
    async (closedFirst) => {
      const { page, expectNothingOpen } = await openPage();
      const track = await page.evaluate(async (closedFirst) => {
        const audio = await calls.openMicrophone();
        const tokens = calls.createTokens();
        const first = calls.createConnection({ audio }, tokens);
        const second = calls.createConnection({ audio }, tokens);
        await first.connect();
        first.mute();
        await second.connect();
        for (const connection of closedFirst === 'first' ? [first, second] : [second, first])
          connection.close();
        const [track] = audio.getAudioTracks();
        const found = [track?.readyState, track?.enabled];
        track?.stop();
        return found;
      }, closedFirst);
      expect(track).toEqual(['live', true]);
      await expectNothingOpen();
    },
  );

  it('keeps speaking in a connection when another connection mutes it', async () => {
    const { page } = await openPage();
    const second = await page.evaluateHandle(async () => {
      const audio = await calls.openMicrophone();
      const tokens = calls.createTokens();
      const first = calls.createConnection({ audio }, tokens);
      const second = calls.createConnection({ audio }, tokens);
      await Promise.all([first.connect(), second.connect()]);
      first.mute();
      return second;
    });
    expect(
      await second.evaluate(({ getState }) => {
        const state = getState();
        return [state.muted, state.status === 'connected' && state.sendingAudio];
      }),
    ).toEqual([false, true]);
    // What was said before the mute can still be on its way.
    for (let turn = 0; turn < 2; turn += 1)
      await second.evaluate((second) => calls.waitForEvent(second, 'input_audio_buffer.speech_started'));
  });

  it('is refused when it has no live audio track', async () => {
    const { page, emulator } = await openPage();
    const failures = await page.evaluate(async () => {
      const ended = await calls.openMicrophone();
      for (const track of ended.getTracks()) track.stop();
      const video = document.createElement('canvas').captureStream();
      const connect = async (audio: MediaStream): Promise<unknown[]> => {
        const connection = calls.createConnection({ audio });
        const error = await connection.connect().catch((error: unknown) => error as Error & { code: string });
        return [error?.code, error?.message.includes('audio'), connection.getState().status];
      };
      return Promise.all([ended, new MediaStream(), video].map(connect));
    });
    const refused = ['invalid-options', true, 'failed'];
    expect(failures).toEqual([refused, refused, refused]);
    expect(emulator.stats()).toMatchObject({ mints: 0, calls: 0 });
  });

  it('is shown as not sending audio after its track ended, and the call stays open', async () => {
    const { page } = await openPage();
    const connection = await page.evaluateHandle(async () => {
      const connection = calls.createConnection({ audio: await calls.openMicrophone() });
      await connection.connect();
      return connection;
    });
    const sendingAudio = () =>
      connection.evaluate(({ getState }) => {
        const state = getState();
        return state.status === 'connected' ? state.sendingAudio : state.status;
      });
    expect(await sendingAudio()).toBe(true);
    await revokeMicrophone(page);
    await expect.poll(sendingAudio).toBe(false);
  });
});

describe('the state', () => {
  it('shows muted before, during and after a call, and whether audio is sent', async () => {
    const { page } = await openPage();
    const states = await page.evaluate(async () => {
      const connection = calls.createConnection();
      const states: (readonly unknown[])[] = [];
      const unsubscribe = connection.subscribe((state) =>
        states.push([state.status, state.muted, state.status === 'connected' ? state.sendingAudio : '-']),
      );
      connection.mute();
      await connection.connect();
      connection.unmute();
      connection.mute();
      connection.close();
      connection.unmute();
      unsubscribe();
      return states;
    });
    expect(states).toEqual([
      ['idle', true, '-'],
      ['connecting', true, '-'],
      ['connected', true, false],
      ['connected', false, true],
      ['connected', true, false],
      ['closed', true, '-'],
      ['closed', false, '-'],
    ]);
  });

  it('has the id of the call that the API created', async () => {
    const { page, emulator } = await openPage();
    const callId = await page.evaluate(async () => {
      const connection = calls.createConnection();
      await connection.connect();
      const state = connection.getState();
      return state.status === 'connected' ? state.callId : undefined;
    });
    expect(callId).toMatch(/^rtc_/);
    expect(emulator.sessions()).toHaveLength(1);
  });
});

describe('setMicrophone()', () => {
  /** Opens a call, and waits until the API hears its microphone. */
  async function openHeardCall() {
    const app = await openPage();
    const call = await app.page.evaluateHandle(async () => {
      const connection = calls.createConnection({ audio: { deviceId: 'default' } });
      await connection.connect();
      const [track] = calls.openedTracks();
      return { connection, track };
    });
    const hears = () =>
      call.evaluate(({ connection }) => calls.waitForEvent(connection, 'input_audio_buffer.speech_started'));
    await hears();
    return { ...app, call, hears };
  }

  it(
    'replaces the microphone with another one, which the API hears',
    { timeout: 4 * SPEECH_TIMEOUT_MS },
    async () => {
      const { page, call, hears, emulator, openResources } = await openHeardCall();
      const old = await call.evaluate(async ({ connection, track }) => {
        const devices = await navigator.mediaDevices.enumerateDevices();
        const deviceId = devices.filter(({ kind }) => kind === 'audioinput').at(-1)?.deviceId ?? '';
        await connection.setMicrophone({ deviceId: { exact: deviceId } });
        return track?.readyState;
      });
      expect(old).toBe('ended');
      await hears();
      await hears();
      expect(await countPrompts(page)).toBe(2);
      expect(await openResources()).toEqual({ microphones: 1, peers: 1, sessions: 1 });
      expect(emulator.stats().calls).toBe(1);
    },
  );

  it("replaces the microphone with the app's own stream, which the API hears and the app keeps", async () => {
    const { page, call, hears } = await openHeardCall();
    const own = await call.evaluateHandle(async ({ connection, track }) => {
      const stream = await calls.openMicrophone();
      await connection.setMicrophone(stream);
      return { old: track?.readyState, track: stream.getAudioTracks()[0]! };
    });
    expect(await own.evaluate(({ old }) => old)).toBe('ended');
    await hears();
    await hears();
    await call.evaluate(({ connection }) => connection.close());
    expect(await own.evaluate(({ track }) => [track.readyState, track.enabled])).toEqual(['live', true]);
    expect(await countPrompts(page)).toBe(2);
  });

  it('keeps the user muted, and stops sending audio with none', async () => {
    const { page } = await openPage();
    const sent = await page.evaluate(async () => {
      const connection = calls.createConnection();
      const sendingAudio = (): unknown => {
        const state = connection.getState();
        return state.status === 'connected' ? state.sendingAudio : state.status;
      };
      await connection.connect();
      connection.mute();
      await connection.setMicrophone({});
      const muted = [connection.getState().muted, sendingAudio()];
      connection.unmute();
      const unmuted = [connection.getState().muted, sendingAudio()];
      await connection.setMicrophone('none');
      return { muted, unmuted, none: sendingAudio() };
    });
    expect(sent).toEqual({ muted: [true, false], unmuted: [false, true], none: false });
  });

  it('rejects without an open call, and opens no microphone', async () => {
    const { page } = await openPage();
    const codes = await page.evaluate(async () => {
      const connection = calls.createConnection();
      const before = await calls.codeOf(connection.setMicrophone({}));
      await connection.connect();
      connection.close();
      return [before, await calls.codeOf(connection.setMicrophone({}))];
    });
    expect(codes).toEqual(['closed', 'closed']);
    expect(await countPrompts(page)).toBe(1);
  });

  it('opens the configured microphone again in the next call', async () => {
    const { page } = await openPage();
    const labels = await page.evaluate(async () => {
      const connection = calls.createConnection({ audio: { deviceId: 'default' } });
      await connection.connect();
      const devices = await navigator.mediaDevices.enumerateDevices();
      const chosen = devices.filter(({ kind }) => kind === 'audioinput').at(-1);
      await connection.setMicrophone({ deviceId: { exact: chosen?.deviceId ?? '' } });
      connection.close();
      await connection.connect();
      return calls.openedTracks().map(({ label }) => label);
    });
    expect(labels).toHaveLength(3);
    expect(labels[2]).toBe(labels[0]);
    expect(labels[1]).not.toBe(labels[0]);
  });
});
