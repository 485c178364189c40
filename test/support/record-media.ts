import type { Page } from 'playwright-core';

/** Media resources that are currently in use. */
export interface OpenMedia {
  readonly microphones: number;
  readonly peers: number;
}

interface MediaLog {
  readonly tracks: MediaStreamTrack[];
  /** Weak, so that the page's own references decide whether a peer is collected. The browser keeps open peers. */
  readonly peers: WeakRef<RTCPeerConnection>[];
  prompts: number;
}

/** Records the microphone tracks and WebRTC peers that the page opens. Call it before the page loads. */
export async function recordMedia(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const log: MediaLog = { tracks: [], peers: [], prompts: 0 };
    Object.assign(window, { mediaLog: log });
    // `mediaDevices` is undefined unless the page is on https or localhost.
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    const getUserMedia = devices?.getUserMedia.bind(devices);
    if (devices && getUserMedia) {
      devices.getUserMedia = async (constraints) => {
        log.prompts += 1;
        const stream = await getUserMedia(constraints);
        log.tracks.push(...stream.getTracks());
        return stream;
      };
    }
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        log.peers.push(new WeakRef(this));
      }
    };
  });
}

/** Counts the recorded microphones that are live and the recorded peers that are not closed. */
export function countOpenMedia(page: Page): Promise<OpenMedia> {
  return page.evaluate(() => {
    const { tracks, peers } = Reflect.get(window, 'mediaLog') as MediaLog; // set by recordMedia()
    return {
      microphones: tracks.filter(({ readyState }) => readyState === 'live').length,
      peers: peers.filter((peer) => (peer.deref()?.connectionState ?? 'closed') !== 'closed').length,
    };
  });
}

/** Mutes the microphone that the page opened last, as the system does during a phone call. */
export async function muteBySystem(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { tracks } = Reflect.get(window, 'mediaLog') as MediaLog; // set by recordMedia()
    const track = tracks.at(-1);
    if (!track) throw new Error('The page has opened no microphone.');
    Object.defineProperty(track, 'muted', { value: true });
    track.dispatchEvent(new Event('mute'));
  });
}

/** How often the page asked for a microphone. */
export function countPrompts(page: Page): Promise<number> {
  return page.evaluate(() => (Reflect.get(window, 'mediaLog') as MediaLog).prompts); // set by recordMedia()
}

/** The number of peers that the page made, and the number of those that a garbage collection leaves. */
export async function countPeers(page: Page): Promise<{ readonly made: number; readonly reachable: number }> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.detach();
  return page.evaluate(() => {
    const { peers } = Reflect.get(window, 'mediaLog') as MediaLog; // set by recordMedia()
    return { made: peers.length, reachable: peers.filter((peer) => peer.deref() !== undefined).length };
  });
}

/** What the page's microphone recorded for its newest call so far. */
export interface SentAudio {
  /** Duration of the audio, in seconds. */
  readonly seconds: number;
  /** Grows only while the audio is not silent. */
  readonly energy: number;
}

/** Measures the audio that the page sends. The page needs {@link recordMedia}. */
export function measureSentAudio(page: Page): Promise<SentAudio> {
  return page.evaluate(async () => {
    const { peers } = Reflect.get(window, 'mediaLog') as MediaLog; // set by recordMedia()
    const report = (await peers.at(-1)?.deref()?.getStats()) ?? new Map<string, unknown>();
    // The values of a report are objects of the WebRTC statistics API.
    const stats = [...report.values()] as {
      type: string;
      totalSamplesDuration?: number;
      totalAudioEnergy?: number;
    }[];
    const source = stats.find(({ type }) => type === 'media-source');
    return { seconds: source?.totalSamplesDuration ?? 0, energy: source?.totalAudioEnergy ?? 0 };
  });
}
