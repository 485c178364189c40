import * as fc from 'fast-check';
import type {
  ClientSecretCreateRequest,
  SessionCreateRequest,
  TranscriptionSessionCreateRequest,
} from '@realtime-session/protocol';

// The same cases each time, so that what fails is a change of ours; the variables ask for others, or for more.
const { FUZZ_SEED = '20261123', FUZZ_SCALE = '1' } = process.env;
fc.configureGlobal({ seed: Number(FUZZ_SEED), numRuns: 100 * Number(FUZZ_SCALE) });

const word = fc.stringMatching(/^[a-z]{2,8}_[a-z]{2,8}$/);
const maybe = { requiredKeys: [] as [] };

/** Objects as JSON.parse would make them: generated records sometimes have no prototype. */
const plain = <T>(inner: fc.Arbitrary<T>): fc.Arbitrary<T> => inner.map((value) => structuredClone(value));

const flag = fc.boolean();
const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const milliseconds = fc.nat(10_000);
const nullOr = <T>(inner: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(inner, { nil: null });
const formats = fc.constantFrom('pcm16' as const, 'g711_ulaw' as const, 'g711_alaw' as const);
const expiresAfter = fc.record({
  anchor: fc.constant('created_at' as const),
  seconds: fc.integer({ min: 10, max: 7200 }),
});
const tool = fc.record(
  { type: fc.constant('function' as const), name: word, description: word, parameters: fc.object() },
  maybe,
);
const transcription = nullOr(fc.record({ model: word, language: word, prompt: word }, maybe));
const noise = nullOr(
  fc.record({ type: fc.constantFrom('near_field' as const, 'far_field' as const) }, maybe),
);
const limit = fc.oneof(fc.integer({ min: 1, max: 4096 }), fc.constant('inf' as const));
const speed = fc.double({ min: 0.25, max: 1.5, noNaN: true });
const voice = fc.oneof(word, fc.record({ id: word }));
const include = fc.array(fc.constant('item.input_audio_transcription.logprobs' as const), { maxLength: 1 });
const tracing = nullOr(
  fc.oneof(
    fc.constant('auto' as const),
    fc.record({ workflow_name: word, group_id: word, metadata: fc.object() }, maybe),
  ),
);
const prompt = nullOr(fc.record({ id: word, version: nullOr(word) }, { requiredKeys: ['id'] }));
const truncation = fc.oneof(
  fc.constantFrom('auto' as const, 'disabled' as const),
  fc.record({ type: fc.constant('retention_ratio' as const), retention_ratio: ratio }),
);
const turns = nullOr(
  fc.oneof(
    fc.record(
      {
        type: fc.constant('server_vad' as const),
        threshold: ratio,
        prefix_padding_ms: milliseconds,
        silence_duration_ms: milliseconds,
        create_response: flag,
        interrupt_response: flag,
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constant('semantic_vad' as const),
        eagerness: fc.constantFrom('low' as const, 'medium' as const, 'high' as const, 'auto' as const),
        create_response: flag,
        interrupt_response: flag,
      },
      { requiredKeys: ['type'] },
    ),
  ),
);

/** Documented requests whose every word has a counterpart in the live call. */
export const expressibleSessionRequest: fc.Arbitrary<SessionCreateRequest> = plain(
  fc.record(
    {
      model: word,
      modalities: fc.constantFrom<('audio' | 'text')[]>(['audio', 'text'], ['text']),
      instructions: fc.string(),
      voice,
      input_audio_format: formats,
      output_audio_format: formats,
      input_audio_transcription: transcription,
      input_audio_noise_reduction: noise,
      turn_detection: turns,
      tools: fc.array(tool, { maxLength: 3 }),
      tool_choice: fc.oneof(fc.constantFrom('auto', 'none', 'required'), word),
      max_response_output_tokens: limit,
      speed,
      tracing,
      prompt,
      truncation,
      include,
      client_secret: fc.record({ expires_after: expiresAfter }),
    },
    maybe,
  ),
);

const format = fc.constantFrom(
  { type: 'audio/pcm' as const, rate: 24_000 as const },
  { type: 'audio/pcmu' as const },
  { type: 'audio/pcma' as const },
);

const atLeastOneKey = (value: object) => Object.keys(value).length > 0;

/** Live requests whose every word has a counterpart in the documented call. */
export const expressibleClientSecretRequest: fc.Arbitrary<ClientSecretCreateRequest> = plain(
  fc.record(
    {
      expires_after: expiresAfter,
      session: fc.record(
        {
          type: fc.constant('realtime' as const),
          model: word,
          output_modalities: fc.constantFrom<('audio' | 'text')[]>(['audio'], ['text']),
          instructions: fc.string(),
          audio: fc
            .record(
              {
                input: fc
                  .record({ format, transcription, noise_reduction: noise, turn_detection: turns }, maybe)
                  .filter(atLeastOneKey),
                output: fc.record({ format, voice, speed }, maybe).filter(atLeastOneKey),
              },
              maybe,
            )
            .filter(atLeastOneKey),
          include,
          tools: fc.array(tool, { maxLength: 3 }),
          tool_choice: fc.oneof(
            fc.constantFrom('auto' as const, 'none' as const, 'required' as const),
            fc.record({ type: fc.constant('function' as const), name: word }),
          ),
          max_output_tokens: limit,
          tracing,
          truncation,
          prompt,
        },
        { requiredKeys: ['type'] },
      ),
    },
    { requiredKeys: ['session'] },
  ),
);

/** Any documented request for a transcription session. */
export const anyTranscriptionSessionRequest: fc.Arbitrary<TranscriptionSessionCreateRequest> = plain(
  fc.record(
    {
      input_audio_format: formats,
      input_audio_transcription: transcription,
      input_audio_noise_reduction: noise,
      turn_detection: turns,
      include: fc.oneof({ weight: 4, arbitrary: include }, fc.array(word, { maxLength: 2 })),
      modalities: fc.constant<('audio' | 'text')[]>(['audio', 'text']),
      client_secret: fc.record({ expires_at: expiresAfter }),
    },
    maybe,
  ),
);
