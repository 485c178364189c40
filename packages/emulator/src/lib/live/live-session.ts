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

type Delegation = NonNullable<LiveSessionResource['delegation']>;

function mergeDelegation(
  current: LiveSessionResource['delegation'],
  update: NonNullable<LiveSessionUpdate['delegation']>,
): Delegation | null | undefined {
  if (current == null) return current;
  const delay = update.acknowledgement_delay_ms ?? current.acknowledgement_delay_ms;
  const merged = delay === undefined ? current : { ...current, acknowledgement_delay_ms: delay };
  if (merged.type === 'responses' && update.type === 'responses')
    return { ...merged, responses: mergeMembers(merged.responses, update.responses) };
  if (merged.type === 'decisions' && update.type === 'decisions')
    return { ...merged, decisions: mergeMembers(merged.decisions, update.decisions) };
  return merged;
}

type Changes<Settings> = { readonly [Key in keyof Settings]?: Settings[Key] | undefined };

/** Replaces the members that `changes` defines. */
function mergeMembers<Settings extends object>(current: Settings, changes: Changes<Settings> = {}): Settings {
  const defined = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...current, ...Object.fromEntries(defined) };
}
