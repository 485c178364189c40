import fc from 'fast-check';

/** Values that are valid or almost valid for some parameter. */
const anyValue = fc.oneof(
  fc.constantFrom(
    'auto',
    'none',
    'required',
    'alloy',
    'marin',
    'pcm16',
    'g711_ulaw',
    'realtime',
    'transcription',
    'inf',
    'low',
  ),
  fc.constantFrom(0, 0.25, 0.6, 0.8, 1, 1.2, 1.5, 4096, 4097, -1, 10, 7200),
  fc.boolean(),
  fc.constantFrom(['audio'], ['text'], ['audio', 'text'], []),
  fc.constantFrom({ type: 'server_vad' }, { type: 'semantic_vad', eagerness: 'low' }, { type: 'near_field' }),
  fc.constantFrom(
    { type: 'audio/pcm', rate: 24_000 },
    { type: 'audio/pcmu' },
    { model: 'gpt-transcribe' },
    { id: 'pmpt_1' },
  ),
  fc.constantFrom(
    { voice: 'cedar' },
    { speed: 1.1 },
    { voice: 'cedar', speed: 9 },
    { format: { type: 'audio/pcma' } },
  ),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 2 }),
);

const names = [
  'type', 'model', 'instructions', 'voice', 'speed', 'temperature', 'modalities', 'output_modalities', 'tools', 'tool_choice',
  'audio', 'include', 'tracing', 'truncation', 'prompt', 'reasoning', 'max_output_tokens', 'max_response_output_tokens',
  'input_audio_format', 'output_audio_format', 'input_audio_transcription', 'input_audio_noise_reduction', 'turn_detection',
  'client_secret', 'expires_after', 'parallel_tool_calls', 'session', 'user', 'id', 'apiKey', 'base_url', '__proto__', 'constructor',
]; // prettier-ignore

const audio = fc.record({ input: anyValue, output: anyValue }, { requiredKeys: [] });

const good = fc.record(
  {
    voice: fc.constantFrom('alloy', 'marin'),
    speed: fc.double({ min: 0.2, max: 1.6, noNaN: true }),
    temperature: fc.double({ min: 0.5, max: 1.3, noNaN: true }),
    instructions: fc.string(),
    model: fc.string(),
    type: fc.constantFrom('realtime', 'transcription'),
    audio,
    tools: fc.constantFrom([], [{ type: 'function', name: 'steal' }]),
    max_output_tokens: fc.oneof(fc.integer({ min: -1, max: 5000 }), fc.constant('inf')),
  },
  { requiredKeys: [] },
);

const parameters = fc.oneof(
  { weight: 3, arbitrary: good },
  { weight: 2, arbitrary: fc.dictionary(fc.constantFrom(...names), anyValue, { maxKeys: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.string(), anyValue, { maxKeys: 3 }) },
);

/** Bodies as correct clients, careless clients and attackers send them. */
export const bodies = fc.oneof(
  { weight: 6, arbitrary: parameters.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: parameters.map((session) => JSON.stringify({ session })) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 0, max: 3000 })
      .map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  },
);
