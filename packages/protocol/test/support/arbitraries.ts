import * as fc from 'fast-check';
import type {
  ClientSecretCreateRequest,
  SessionCreateRequest,
  TranscriptionSessionCreateRequest,
} from '@realtime-session/protocol';

// A fixed seed makes runs reproducible. Set FUZZ_SEED for other cases and FUZZ_SCALE for more.
const { FUZZ_SEED = '20261123', FUZZ_SCALE = '1' } = process.env;
fc.configureGlobal({ seed: Number(FUZZ_SEED), numRuns: 100 * Number(FUZZ_SCALE) });

const word = fc.stringMatching(/^[a-z]{2,8}_[a-z]{2,8}$/);
const optionalKeys = { requiredKeys: [] as [] };

/** Clones as JSON.parse would create them: generated records sometimes have no prototype. */
const asJson = <T>(inner: fc.Arbitrary<T>): fc.Arbitrary<T> => inner.map((value) => structuredClone(value));

const boolean = fc.boolean();
const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const milliseconds = fc.nat(10_000);
const nullable = <T>(inner: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(inner, { nil: null });
const formats = fc.constantFrom('pcm16' as const, 'g711_ulaw' as const, 'g711_alaw' as const);
const expiresAfter = fc.record({
  anchor: fc.constant('created_at' as const),
  seconds: fc.integer({ min: 10, max: 7200 }),
});
const tool = fc.record(
  { type: fc.constant('function' as const), name: word, description: word, parameters: fc.object() },
  { requiredKeys: ['name'] },
);
const words = fc.array(word, { maxLength: 3 });
const delay = fc.constantFrom(
  'minimal' as const,
  'low' as const,
  'medium' as const,
  'high' as const,
  'xhigh' as const,
);
const transcription = nullable(
  fc.record(
    { model: word, language: word, languages: words, keywords: words, prompt: word, delay },
    optionalKeys,
  ),
);
const noiseReduction = nullable(
  fc.record({ type: fc.constantFrom('near_field' as const, 'far_field' as const) }, optionalKeys),
);
const limit = fc.oneof(fc.integer({ min: 1, max: 4096 }), fc.constant('inf' as const));
const speed = fc.double({ min: 0.25, max: 1.5, noNaN: true });
const voice = fc.oneof(word, fc.record({ id: word }));
const include = fc.array(fc.constant('item.input_audio_transcription.logprobs' as const), { maxLength: 1 });
const tracing = nullable(
  fc.oneof(
    fc.constant('auto' as const),
    fc.record({ workflow_name: word, group_id: word, metadata: fc.object() }, optionalKeys),
  ),
);
const prompt = nullable(fc.record({ id: word, version: nullable(word) }, { requiredKeys: ['id'] }));
const truncation = fc.oneof(
  fc.constantFrom('auto' as const, 'disabled' as const),
  fc.record({ type: fc.constant('retention_ratio' as const), retention_ratio: ratio }),
);
const turnDetection = nullable(
  fc.oneof(
    fc.record(
      {
        type: fc.constant('server_vad' as const),
        threshold: ratio,
        prefix_padding_ms: milliseconds,
        silence_duration_ms: milliseconds,
        create_response: boolean,
        interrupt_response: boolean,
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constant('semantic_vad' as const),
        eagerness: fc.constantFrom('low' as const, 'medium' as const, 'high' as const, 'auto' as const),
        create_response: boolean,
        interrupt_response: boolean,
      },
      { requiredKeys: ['type'] },
    ),
  ),
);

/** `sessions` requests that the `client_secrets` call supports completely. */
export const portableSessionRequest: fc.Arbitrary<SessionCreateRequest> = asJson(
  fc.record(
    {
      model: word,
      modalities: fc.constantFrom<('audio' | 'text')[]>(['audio', 'text'], ['text']),
      instructions: fc.string(),
      voice,
      input_audio_format: formats,
      output_audio_format: formats,
      input_audio_transcription: transcription,
      input_audio_noise_reduction: noiseReduction,
      turn_detection: turnDetection,
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
    optionalKeys,
  ),
);

const format = fc.constantFrom(
  { type: 'audio/pcm' as const, rate: 24_000 as const },
  { type: 'audio/pcmu' as const },
  { type: 'audio/pcma' as const },
);

const atLeastOneKey = (value: object) => Object.keys(value).length > 0;

/** `client_secrets` requests that the `sessions` call supports completely. */
export const portableClientSecretRequest: fc.Arbitrary<ClientSecretCreateRequest> = asJson(
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
                  .record(
                    { format, transcription, noise_reduction: noiseReduction, turn_detection: turnDetection },
                    optionalKeys,
                  )
                  .filter(atLeastOneKey),
                output: fc.record({ format, voice, speed }, optionalKeys).filter(atLeastOneKey),
              },
              optionalKeys,
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

/** Any `transcription_sessions` request. */
export const anyTranscriptionSessionRequest: fc.Arbitrary<TranscriptionSessionCreateRequest> = asJson(
  fc.record(
    {
      input_audio_format: formats,
      input_audio_transcription: transcription,
      input_audio_noise_reduction: noiseReduction,
      turn_detection: turnDetection,
      include: fc.oneof({ weight: 4, arbitrary: include }, fc.array(word, { maxLength: 2 })),
      modalities: fc.constant<('audio' | 'text')[]>(['audio', 'text']),
      client_secret: fc.record({ expires_at: expiresAfter }),
    },
    optionalKeys,
  ),
);
