import type { AudioFormat } from '../client-secrets/audio-format.ts';
import type { FlatAudioFormat } from '../sessions/flat-audio.ts';

/**
 * `pcm16` to `{ type: 'audio/pcm', rate: 24000 }`, and so on.
 *
 * @param format - Format of the documented call.
 */
export function nestAudioFormat(format: FlatAudioFormat): AudioFormat {
  switch (format) {
    case 'pcm16':
      return { type: 'audio/pcm', rate: 24_000 };
    case 'g711_ulaw':
      return { type: 'audio/pcmu' };
    case 'g711_alaw':
      return { type: 'audio/pcma' };
  }
}

/**
 * `{ type: 'audio/pcm' }` to `pcm16`, and so on.
 *
 * @param format - Format of the live call.
 */
export function flattenAudioFormat(format: AudioFormat): FlatAudioFormat {
  switch (format.type) {
    case 'audio/pcmu':
      return 'g711_ulaw';
    case 'audio/pcma':
      return 'g711_alaw';
    case 'audio/pcm':
    case undefined:
      return 'pcm16';
  }
}
