import type { FaultEntry } from './catalog.ts';

/** The faults of responses and transcriptions in open sessions. */
export const SESSION_FAULTS = {
  'response-failed': {
    targets: ['session'],
    description: 'a response that fails: response.done with status failed',
    summary: 'The model fails to answer.',
  },
  'response-incomplete': {
    targets: ['session'],
    description:
      'a response cut off after its first words: response.done with status incomplete, max_output_tokens',
    summary: 'The model reaches its limit in the middle of an answer.',
  },
  'content-filter': {
    targets: ['session'],
    description: 'the same, with the reason content_filter',
    summary: 'The content filter cuts an answer off.',
  },
  'response-error': {
    targets: ['session'],
    description:
      'a response that fails after its first words: an error event, then response.done with status failed',
    summary: 'The model fails in the middle of an answer.',
  },
  'transcription-failed': {
    targets: ['transcription'],
    description: 'conversation.item.input_audio_transcription.failed in place of a transcript',
    summary: 'What the user said cannot be transcribed.',
  },
} as const satisfies Readonly<Record<string, FaultEntry>>;
