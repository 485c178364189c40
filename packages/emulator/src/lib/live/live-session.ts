import type { LiveSession, LiveSessionUpdate } from '@realtime-session/protocol';

/** A session as the API shows it. Its status is always `active`, as documented. */
export type LiveSessionResource = Omit<LiveSession, 'safety_identifier'> & {
  readonly id: string;
  /** When it expires, in unix seconds. */
  readonly expires_at: number;
  readonly status: 'active';
};

const DEFAULT_INSTRUCTIONS = 'You are a helpful voice assistant. Answer briefly and in a friendly tone.';
const DEFAULT_VOICE = 'marin';

/** Merges the requested settings over the defaults. */
export function createLiveSession(
  { safety_identifier: _hidden, ...requested }: LiveSession,
  { id, expiresAtMs }: { readonly id: string; readonly expiresAtMs: number },
): LiveSessionResource {
  const { instructions, audio, delegation } = requested;
  return {
    ...requested,
    id,
    expires_at: Math.floor(expiresAtMs / 1000),
    status: 'active',
    audio: { output: { voice: audio?.output?.voice ?? DEFAULT_VOICE } },
    delegation: delegation ?? { type: 'client', acknowledgement_delay_ms: 0 },
    input: requested.input ?? [],
    instructions: instructions == null || instructions.trim() === '' ? DEFAULT_INSTRUCTIONS : instructions,
    store: requested.store ?? false,
    triggers: requested.triggers ?? [],
  };
}

/** Returns the path of a setting that cannot change, if the update contains another type of delegation. */
export function findImmutable(
  session: LiveSessionResource,
  { delegation }: LiveSessionUpdate,
): string | undefined {
  const type = delegation === null ? 'client' : delegation?.type;
  return type === undefined || type === session.delegation?.type ? undefined : 'session.delegation.type';
}

/** Merges an update of the same type of delegation. Settings that are left out keep their value. */
export function updateLiveSession(
  session: LiveSessionResource,
  { delegation, triggers }: LiveSessionUpdate,
): LiveSessionResource {
  return {
    ...session,
    ...(triggers === undefined ? {} : { triggers }),
    ...(delegation == null ? {} : { delegation: mergeDelegation(session.delegation, delegation) }),
  };
}

function mergeDelegation(
  current: LiveSessionResource['delegation'],
  update: NonNullable<LiveSessionUpdate['delegation']>,
): LiveSessionResource['delegation'] {
  const delay = update.acknowledgement_delay_ms ?? current?.acknowledgement_delay_ms;
  const shared = delay === undefined ? {} : { acknowledgement_delay_ms: delay };
  if (current?.type === 'responses' && update.type === 'responses') {
    const { model } = { ...current.responses, ...update.responses };
    const responses = { ...current.responses, ...update.responses, model: model ?? current.responses.model };
    return { ...current, ...shared, responses };
  }
  if (current?.type === 'decisions' && update.type === 'decisions') {
    const { model = current.decisions.model, questions = current.decisions.questions } =
      update.decisions ?? {};
    return { ...current, ...shared, decisions: { model, questions } };
  }
  return current == null ? current : { ...current, ...shared };
}
