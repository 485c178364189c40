import { setTimeout as delay } from 'node:timers/promises';
import type { AudioChunk } from '../audio/codec.ts';
import { createCallTrack } from '../calls/call-track.ts';
import type { CallTrack } from '../calls/call-track.ts';
import type { Page } from '../calls/page-call.ts';
import type { Send } from '../realtime/events.ts';
import type { ReplyPlanner } from '../realtime/reply-plan.ts';
import type { CreateId } from '../shared/create-id.ts';
import type { EmulatorContext } from '../state/context.ts';
import type { LiveConnections } from './connections.ts';
import { LiveConversation } from './conversation.ts';
import { Delegation } from './delegation.ts';
import { createPlayedInput, createReceivedInput } from './input.ts';
import type { LiveInput } from './input.ts';
import type { LiveSessionResource } from './live-session.ts';
import { createReflection } from './reflection.ts';
import type { Reflection } from './reflection.ts';
import { createLiveSpeech } from './speech.ts';
import type { LiveSpeech } from './speech.ts';
import type { Timers } from './timers.ts';

export interface VoiceOptions {
  readonly media: 'played' | 'real';
  readonly createId: CreateId;
  readonly planner: ReplyPlanner;
  readonly connections: LiveConnections;
  readonly timers: Timers;
  readonly getSession: () => LiveSessionResource;
  /** Called when the user starts to speak, and when the model starts and stops. */
  readonly onSpeech: () => void;
  /** Called when no input has arrived for so long that the session expires. */
  readonly onInputTimeout: () => void;
}

/** The audio of a session, and what is said in it. */
export class LiveVoice {
  readonly input: LiveInput;
  readonly delegation: Delegation;
  readonly #context: EmulatorContext;
  readonly #options: VoiceOptions;
  readonly #conversation: LiveConversation;
  readonly #speech: LiveSpeech;
  readonly #reflection: Reflection;
  readonly #track: CallTrack;
  #page: 'expected' | 'connected' | 'gone' = 'expected';
  #isSpeaking = false;

  constructor(context: EmulatorContext, options: VoiceOptions) {
    const { clock, settings } = context;
    const { createId, planner, connections, getSession, media } = options;
    this.#context = context;
    this.#options = options;
    this.input =
      media === 'played' ? createPlayedInput(clock, settings.live.pageAudio) : createReceivedInput();
    this.#track = createCallTrack(clock, this.#onPlayback);
    const shared = {
      createId,
      getSession,
      send: (event: Parameters<Send>[0]) => connections.send(event),
      wait: (ms: number, signal: AbortSignal) => this.#wait(ms, signal),
      pace: (signal: AbortSignal) => this.#pace(signal),
    };
    this.#conversation = new LiveConversation({
      ...shared,
      planner,
      input: this.input,
      track: this.#track,
      delegate: (call, usage) => this.delegation.start(call, usage),
    });
    this.delegation = new Delegation({
      ...shared,
      conversation: this.#conversation,
      nowMs: () => clock.nowMs(),
      inputMs: () => this.input.nowMs(),
    });
    this.#speech = createLiveSpeech({
      createId,
      planner,
      minSpeechMs: settings.minSpeechMs,
      onStart: () => {
        options.onSpeech();
        this.#conversation.interrupt();
      },
      onTurn: (turn) => this.#conversation.hear(turn),
    });
    this.#reflection = createReflection({
      input: this.input,
      send: (event) => connections.reflect(event),
      isWanted: () => connections.sidebands.size > 0,
      isSpeaking: () => this.#isSpeaking,
    });
  }

  connectPage(page: Page): void {
    this.#page = 'connected';
    const track = page.createTrack?.(this.#onPlayback);
    if (track !== undefined) this.#track.connect(track);
    this.input.connect();
    this.reflect();
    this.#watchInput();
  }

  disconnectPage(): void {
    this.#page = 'gone';
    this.#track.disconnect();
    this.#reflection.stop();
    this.input.disconnect();
  }

  /** Takes audio from the page's microphone. */
  receiveAudio(chunk: AudioChunk): void {
    this.#speech.receive(chunk);
    this.input.receive(chunk);
  }

  /** A test lets the user say something. */
  hear(text: string): void {
    const ms = Math.round(this.input.nowMs());
    this.#options.onSpeech();
    this.#conversation.interrupt();
    this.#conversation.hear({
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
      text,
      startMs: ms,
      endMs: ms,
    });
  }

  setInput(state: 'muted' | 'heard'): void {
    this.#speech.setInput(state);
  }

  /** A sideband has attached, which receives the audio of both directions. */
  reflect(): void {
    const { reflectedAudio } = this.#context.settings.live;
    const isWanted = reflectedAudio === 'full' && this.#options.connections.sidebands.size > 0;
    if (isWanted && this.#page === 'connected') this.#reflection.start();
  }

  /** The session closes: nothing new starts. */
  close(): void {
    this.#conversation.close();
  }

  stop(): void {
    this.disconnectPage();
    this.#conversation.stop();
    this.delegation.stop();
  }

  readonly #onPlayback: Send = ({ type }) => {
    this.#isSpeaking = type === 'output_audio_buffer.started';
    this.#options.onSpeech();
  };

  async #pace(signal: AbortSignal): Promise<void> {
    const { responsePaceMs: ms } = this.#context.settings;
    if (this.#options.media === 'played') await this.#wait(ms, signal);
    else await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms > 0) await this.#context.clock.wait(ms, signal);
  }

  #watchInput(): void {
    const { timers, onInputTimeout } = this.#options;
    const lastMs = this.input.nowMs();
    timers.after(this.#context.settings.live.inputTimeoutMs, () => {
      if (this.input.nowMs() === lastMs) onInputTimeout();
      else this.#watchInput();
    });
  }
}
