import { Emitter } from './emitter.ts';

/** What media and peers report to their browser. */
export interface MediaHost {
  readonly onUncaught: (thrown: unknown) => void;
  readonly addTrack: (track: FakeTrack) => void;
}

export type TrackOwner = 'connection' | 'app' | 'clone';

export class FakeTrack extends Emitter {
  readonly kind: 'audio' | 'video';
  readonly owner: TrackOwner;
  readonly #host: MediaHost;
  onended: unknown = null;
  onmute: unknown = null;
  onunmute: unknown = null;
  enabled = true;
  muted = false;
  readyState: 'live' | 'ended' = 'live';
  /** Set by what must end the call that uses this track. */
  isOrphan = false;
  stops = 0;

  constructor(host: MediaHost, owner: TrackOwner, kind: 'audio' | 'video' = 'audio') {
    super(host.onUncaught);
    this.#host = host;
    this.owner = owner;
    this.kind = kind;
    host.addTrack(this);
  }

  stop(): void {
    this.stops += 1;
    this.readyState = 'ended';
  }

  clone(): FakeTrack {
    const clone = new FakeTrack(this.#host, 'clone', this.kind);
    clone.enabled = this.enabled;
    clone.readyState = this.readyState;
    clone.muted = this.muted;
    clone.isOrphan = false;
    this.clones.push(clone);
    return clone;
  }

  readonly clones: FakeTrack[] = [];

  /** Simulates an unplugged microphone or a revoked permission. */
  end(): void {
    if (this.readyState === 'ended') return;
    this.readyState = 'ended';
    this.fire('ended');
    for (const clone of this.clones) clone.end();
  }

  /** Simulates the system's own mute, for example during a phone call. */
  setSystemMute(muted: 'muted' | 'unmuted'): void {
    if (this.muted === (muted === 'muted')) return;
    this.muted = muted === 'muted';
    this.fire(this.muted ? 'mute' : 'unmute');
    for (const clone of this.clones) clone.setSystemMute(muted);
  }
}

export class FakeStream extends Emitter {
  readonly #host: MediaHost;
  #tracks: readonly FakeTrack[];
  constructor(host: MediaHost, tracks: readonly FakeTrack[]) {
    super(host.onUncaught);
    this.#host = host;
    this.#tracks = tracks;
  }
  get active(): boolean {
    return this.#tracks.some(({ readyState }) => readyState === 'live');
  }
  getTracks(): FakeTrack[] {
    return [...this.#tracks];
  }
  getAudioTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === 'audio');
  }
  getVideoTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === 'video');
  }
  clone(): FakeStream {
    return new FakeStream(
      this.#host,
      this.#tracks.map((track) => track.clone()),
    );
  }
}

/** A stream of the app, and what it should look like when no connection uses it. */
export class AppStream extends FakeStream {
  readonly expectedEnabled = new Map<FakeTrack, boolean>();
  constructor(host: MediaHost, tracks: readonly FakeTrack[]) {
    super(host, tracks);
    for (const track of tracks) this.expectedEnabled.set(track, track.enabled);
  }
  /** The app itself enables or disables a track. */
  toggle(track: FakeTrack): void {
    track.enabled = !(this.expectedEnabled.get(track) ?? true);
    this.expectedEnabled.set(track, track.enabled);
  }
}
