// @vitest-environment happy-dom
import { ConnectionError } from '@realtime-session/webrtc';
import { createElement, act } from 'react';
import { createRoot } from 'react-dom/client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRouteStage } from '../../packages/webrtc/test/support/route-stage.ts';
import { createStage } from '../../packages/webrtc/test/support/stage.ts';

describe('code for calls in the guide', () => {
  it('shows what the model says while it speaks', async () => {
    const { showCaptions } = await import('./snippets/webrtc/captions.ts');
    const stage = createStage();
    const line = document.createElement('p');
    showCaptions(stage.connection, line);
    await stage.connection.connect();
    const { channel } = stage.peers[0]!;
    for (const text of ['One', 'Two']) {
      channel.receive({ type: 'response.created', response: {} });
      for (const delta of text) channel.receive({ type: 'response.output_audio_transcript.delta', delta });
      expect(line.textContent).toBe(text);
    }
  });

  it('shows what the user and the model say in a Live call', async () => {
    const { showTranscript } = await import('./snippets/webrtc/live-captions.ts');
    const stage = createRouteStage();
    stage.route.details['api'] = 'live';
    const list = document.createElement('div');
    showTranscript(stage.connection, list);
    await stage.connect();
    const { channel } = stage.peers[0]!;
    for (const delta of ['Good ', 'morning.'])
      channel.receive({ type: 'session.input_transcript.delta', delta });
    channel.receive({ type: 'session.output_transcript.delta', delta: 'Hello.' });
    channel.receive({ type: 'session.input_transcript.delta', delta: 'Bye.' });
    expect([...list.children].map(({ textContent }) => textContent)).toEqual([
      'Good morning.',
      'Hello.',
      'Bye.',
    ]);
  });

  it('describes a failure for the user, and asks for a sign-in when the route refuses the user', async () => {
    const { describeForUser } = await import('./snippets/webrtc/error-sentences.ts');
    expect(describeForUser(new ConnectionError('lost'))).toBe('The call was lost. Check your network.');
    expect(describeForUser(new ConnectionError('rejected', { status: 401 }))).toBe('Sign in again.');
    expect(describeForUser(new ConnectionError('rejected', { status: 503 }))).toContain('Try again later.');
  });

  it('mutes and unmutes the microphone from a button', async () => {
    const { muteFrom } = await import('./snippets/webrtc/captions.ts');
    const stage = createStage();
    const button = document.createElement('button');
    muteFrom(button, stage.connection);
    await stage.connection.connect();
    const track = stage.streams[0]!.tracks[0]!;
    button.click();
    expect([button.textContent, track.enabled]).toEqual(['Unmute', false]);
    button.click();
    expect([button.textContent, track.enabled]).toEqual(['Mute', true]);
  });

  it('changes the microphone of the open call from a list', async () => {
    const { chooseMicrophoneFrom } = await import('./snippets/webrtc/controls.ts');
    const stage = createStage();
    const select = document.createElement('select');
    select.append(document.createElement('option'));
    chooseMicrophoneFrom(select, stage.connection);
    await stage.connection.connect();
    select.dispatchEvent(new Event('change'));
    await vi.waitFor(() => expect(stage.microphones()).toEqual(['ended', 'live']));
    expect(stage.connection.getState().status).toBe('connected');
  });

  it('shows a hint while no audio is sent although the user is not muted', async () => {
    const { showSilence } = await import('./snippets/webrtc/controls.ts');
    const stage = createStage();
    const hint = document.createElement('p');
    showSilence(stage.connection, hint);
    await stage.connection.connect();
    const track = stage.streams[0]!.tracks[0]!;
    expect(hint.textContent).toBe('');
    track.setMutedBySystem('muted');
    expect(hint.textContent).toBe('Your microphone sends no audio.');
    stage.connection.mute();
    expect(hint.textContent).toBe('');
    stage.connection.unmute();
    track.setMutedBySystem('unmuted');
    expect(hint.textContent).toBe('');
  });

  it('stops waiting for a call when the user leaves', async () => {
    const { connectInTime } = await import('./snippets/webrtc/controls.ts');
    const stage = createStage({ hangAt: 'post' });
    const left = new AbortController();
    const opened = connectInTime(stage.connection, left.signal);
    left.abort();
    await expect(opened).rejects.toMatchObject({ code: 'closed' });
    expect(stage.openResources()).toEqual([]);
  });

  it('gives the server the id of each call once', async () => {
    const post = vi.fn(() => Promise.resolve(new Response()));
    vi.stubGlobal('fetch', post);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { reportCalls } = await import('./snippets/webrtc/controls.ts');
    const headers = { location: '/v1/realtime/calls/rtc_1' };
    const stage = createStage({
      responses: [() => Promise.resolve(new Response('v=0 answer', { status: 201, headers }))],
    });
    reportCalls(stage.connection);
    await stage.connection.connect();
    stage.connection.mute();
    expect(post).toHaveBeenCalledExactlyOnceWith(
      '/api/calls',
      expect.objectContaining({ method: 'POST', body: '{"callId":"rtc_1"}' }),
    );
  });

  it('gets a token for each user', async () => {
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
    const mint = vi.fn(() => Promise.resolve(Response.json({ value: 'ek_1', expires_in: 60 })));
    vi.stubGlobal('fetch', mint);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { CaptionedCall } = await import('./snippets/react/captioned-call.tsx');
    const root = createRoot(document.createElement('div'));
    onTestFinished(() => act(() => root.unmount()));
    const show = (userId: string): void => act(() => root.render(createElement(CaptionedCall, { userId })));
    show('ann');
    show('ann');
    await vi.waitFor(() => expect(mint).toHaveBeenCalledTimes(1));
    show('bob');
    await vi.waitFor(() => expect(mint).toHaveBeenCalledTimes(2));
  });
});
