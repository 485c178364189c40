import type { AudioChunk } from '../audio/codec.ts';
import type { Send } from '../realtime/events.ts';
import type { SessionOutcome } from '../realtime/run-session.ts';
import type { PageClose, RunningCall } from '../state/call-registry.ts';
import type { ClosableAudioTrack } from '../webrtc/audio-track.ts';

/** The page of a call, while its data channel is open. */
export interface Page {
  send(text: string): void;
  /** Creates the media track; without one, audio plays without sound. */
  createTrack?(send: Send): ClosableAudioTrack;
}

/** What happens when the page connects. */
export type CallOutcome = SessionOutcome | 'page-leaves' | 'page-updates';

/** How the page of a call is connected. */
export interface PageConnection {
  /** `played`: a test plays the page. */
  readonly media: 'played' | 'real';
  /** Closes the connection of the page, open or not. Called once. */
  readonly closePage: (how: PageClose) => void;
}

/** A call that a page can connect to. */
export interface PageCall extends RunningCall {
  /** The page's data channel has opened. */
  connectPage(page: Page): void;
  /** Handles a client event of the page. */
  receiveFromPage(text: string): 'sent' | 'not-connected';
  /** Takes audio from the page's microphone. It counts from the moment the data channel is open. */
  receiveAudio(chunk: AudioChunk): void;
}
