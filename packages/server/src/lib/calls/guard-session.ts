import type { UnknownRecord } from '../validate.ts';
import type { CallClock } from './call-options.ts';
import {
  createIsAllowed,
  diffField,
  diffRequested,
  diffUpdate,
  hasAddedMember,
  readFields,
  restoreField,
  toUpdate,
} from './session-fields.ts';
import type { IsAllowed, SessionFields } from './session-fields.ts';

/** Watches the session of one call. */
export interface SessionGuard {
  /** Compares the session, as the provider reports it, with the wanted one. */
  observe(session: UnknownRecord): void;
  /** The owner changes the session: this is wanted from now on. */
  ownUpdate(session: UnknownRecord): void;
  /** Stops to watch. */
  stop(): void;
}

export interface SessionGuardOptions {
  readonly pageUpdates: 'restore' | 'end';
  /** Dotted paths that a page may change. */
  readonly allowedPaths: readonly string[];
  /** The session as it was requested. */
  readonly session: UnknownRecord;
  readonly clock: CallClock;
  /** Sends an update of the session. */
  readonly restore: (session: UnknownRecord) => void;
  /** Called for each change by the page. With `ended`, the call must be hung up; nothing follows. */
  readonly onOffence: (action: 'restored' | 'ended', paths: readonly string[]) => void;
}

const MAX_RESTORES = 3;

/** The provider must confirm a restored session within this time. A page can make an update fail, for example by a new voice. */
const CONFIRM_MS = 10_000;

/** Defaults of the API that a page could change to its advantage before the session is seen for the first time. */
const defaults: SessionFields = new Map<string, unknown>([
  ['tools', []],
  ['tool_choice', 'auto'],
  ['max_output_tokens', 'inf'],
  ['prompt', null],
]);

/** One field of the session. */
interface GuardedField {
  /** As it was requested last. `undefined`: it was not. */
  readonly requested: unknown;
  /** As the provider reported it when it was right. `undefined`: not reported since it was requested. */
  readonly confirmed: unknown;
  /** As it was confirmed before the owner changed it. It is reported until the provider has applied the update. */
  readonly previous: unknown;
}

/** What sets a session back. */
interface Restoration {
  /** Paths at which the session may differ until the provider has applied all updates. */
  readonly paths: readonly string[];
  readonly updates: readonly UnknownRecord[];
}

/** A change by the page that is being undone. */
interface PendingRestore {
  /** What the updates sent so far set back. */
  readonly paths: Set<string>;
  readonly cancelTimer: () => void;
}

const unseen: GuardedField = { requested: undefined, confirmed: undefined, previous: undefined };

/** The rules of {@link createSessionGuard}, without time and without events. */
class GuardedSession {
  readonly #isAllowed: IsAllowed;
  readonly #fields = new Map<string, GuardedField>();

  constructor(session: UnknownRecord, allowedPaths: readonly string[]) {
    this.#isAllowed = createIsAllowed(allowedPaths);
    for (const [path, requested] of new Map([...defaults, ...readFields(session)]))
      this.#fields.set(path, { ...unseen, requested });
  }

  request(session: UnknownRecord): void {
    for (const [path, requested] of readFields(session)) {
      const { confirmed, previous } = this.#fields.get(path) ?? unseen;
      const isApplied = confirmed !== undefined && diffUpdate(path, requested, confirmed).length === 0;
      const field = isApplied
        ? { requested, confirmed, previous }
        : { requested, confirmed: undefined, previous: confirmed ?? previous };
      this.#fields.set(path, field);
    }
  }

  /** Returns the paths at which a session is not as it must be, and learns the rest of it. */
  compare(actual: SessionFields): readonly string[] {
    const paths = new Set([...this.#fields.keys(), ...actual.keys()]);
    return [...paths].flatMap((path) => this.#compareField(path, actual.get(path)));
  }

  /** Returns the paths of the fields to set back, and the updates that do it. */
  restore(paths: readonly string[], actual: SessionFields): Restoration {
    const resets = new Map<string, unknown>();
    const values = new Map<string, unknown>();
    for (const [path, { requested, confirmed }] of this.#fields) {
      if (!paths.some((changed) => changed === path || changed.startsWith(`${path}.`))) continue;
      const [target, current] = [confirmed ?? requested, actual.get(path)];
      const change = { path, isAllowed: this.#isAllowed };
      // Turned off and on again, it has no members but these.
      if (hasAddedMember(target, current, change)) resets.set(path, null);
      values.set(path, restoreField(target, current, change));
    }
    const updates = [resets, values].filter(({ size }) => size > 0).map(toUpdate);
    return { paths: [...paths, ...resets.keys()], updates };
  }

  #compareField(path: string, actual: unknown): readonly string[] {
    const field = this.#fields.get(path) ?? unseen;
    const { requested, confirmed, previous } = field;
    if (confirmed === undefined && previous !== undefined && diffField(path, previous, actual).length === 0)
      return [];
    const offences = this.#forbidden(
      confirmed === undefined ? diffRequested(path, requested, actual) : diffField(path, confirmed, actual),
    );
    if (offences.length === 0 && actual !== undefined)
      this.#fields.set(path, { requested, confirmed: actual, previous: undefined });
    return offences;
  }

  #forbidden(paths: readonly string[]): readonly string[] {
    return paths.filter((path) => !this.#isAllowed(path));
  }
}

/**
 * Creates the part of a supervisor that undoes what a page changes over its data channel, or reports it.
 *
 * The session as it is first reported must contain what was requested; the defaults that the API adds are learned from it. Each
 * later report must be the same, except for what the page may change and what the owner changes. A change is one offence, however
 * many reports show it until the provider has confirmed the restored session. The fourth offence ends the call, and so does a
 * restored session that is not confirmed in time.
 */
export function createSessionGuard(options: SessionGuardOptions): SessionGuard {
  const guarded = new GuardedSession(options.session, options.allowedPaths);
  let restores = 0;
  let pending: PendingRestore | undefined;
  let state: 'watching' | 'stopped' = 'watching';

  const stop = (): void => {
    state = 'stopped';
    pending?.cancelTimer();
    pending = undefined;
  };
  const end = (paths: readonly string[]): void => {
    stop();
    options.onOffence('ended', paths);
  };
  const beginRestore = (paths: readonly string[]): PendingRestore => {
    restores += 1;
    const cancelTimer = options.clock.setTimer(() => end(paths), CONFIRM_MS);
    options.onOffence('restored', paths);
    return { paths: new Set(), cancelTimer };
  };
  const onOffence = (paths: readonly string[], actual: SessionFields): void => {
    const mustEnd = pending === undefined && restores >= MAX_RESTORES;
    if (options.pageUpdates === 'end' || mustEnd) {
      end(paths);
      return;
    }
    pending ??= beginRestore(paths);
    const { paths: restored } = pending;
    if (paths.every((path) => restored.has(path))) return;
    const restoration = guarded.restore(paths, actual);
    for (const path of restoration.paths) restored.add(path);
    for (const update of restoration.updates) options.restore(update);
  };

  return {
    observe(session) {
      if (state === 'stopped') return;
      const actual = readFields(session);
      const paths = guarded.compare(actual);
      if (paths.length > 0) {
        onOffence(paths, actual);
        return;
      }
      pending?.cancelTimer();
      pending = undefined;
    },
    ownUpdate: (session) => guarded.request(session),
    stop,
  };
}
