type Record_ = Readonly<Record<string, unknown>>;

/** The session of a call as the API keeps it: defaults, and updates merged into it. */
export interface ModelSession {
  readonly session: Record_;
  update(changes: Record_): void;
}

function isObject(value: unknown): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const turnDetection: Readonly<Record<string, Record_>> = {
  server_vad: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, idle_timeout_ms: null },
  semantic_vad: { type: 'semantic_vad', eagerness: 'auto' },
};

const defaults: Record_ = {
  type: 'realtime',
  object: 'realtime.session',
  id: 'sess_1',
  model: 'gpt-realtime-2.1',
  expires_at: 0,
  output_modalities: ['audio'],
  instructions: 'The default instructions.',
  tools: [],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
  tracing: null,
  truncation: 'auto',
  prompt: null,
  include: null,
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24_000 },
      transcription: null,
      noise_reduction: null,
      turn_detection: turnDetection['server_vad'],
    },
    output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy', speed: 1 },
  },
};

/** Below `audio`, members are merged; another kind of turn detection starts from its own defaults. */
function mergeAudio(current: unknown, change: unknown): unknown {
  if (!isObject(change)) return change;
  const kind = typeof change['type'] === 'string' ? turnDetection[change['type']] : undefined;
  const isSameKind = isObject(current) && (change['type'] ?? current['type']) === current['type'];
  const base = isSameKind ? current : (kind ?? {});
  return { ...base, ...change };
}

function merge(session: Record_, changes: Record_, parent = ''): Record_ {
  const entries = Object.entries(changes).map(([key, change]) => {
    const path = parent === '' ? key : `${parent}.${key}`;
    const current = session[key];
    if (['id', 'model', 'object', 'type'].includes(path)) return [key, current];
    if (['audio', 'audio.input', 'audio.output'].includes(path) && isObject(change))
      return [key, merge(isObject(current) ? current : {}, change, path)];
    return [key, parent === '' ? change : mergeAudio(current, change)];
  });
  return { ...session, ...(Object.fromEntries(entries) as Record_) };
}

export function createModelSession(requested: Record_): ModelSession {
  let session = merge(defaults, requested);
  return {
    get session() {
      return session;
    },
    update: (changes) => {
      session = merge(session, changes);
    },
  };
}
