import type { Page } from 'playwright-core';

/** What a page holds at a moment. */
export interface Live {
  /** Microphones whose light is on. */
  readonly microphones: number;
  /** WebRTC peers that are not closed. */
  readonly peers: number;
}

/** The same, and how often each was opened. */
interface Counts {
  readonly tracks: MediaStreamTrack[];
  readonly peers: RTCPeerConnection[];
}

/** Starts to count microphones and peers; call it before the page loads. */
export async function countLive(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const counts: Counts = { tracks: [], peers: [] };
    Object.assign(window, { counts });
    // Outside https and localhost there are none.
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    const open = devices?.getUserMedia.bind(devices);
    if (devices && open) {
      devices.getUserMedia = async (constraints) => {
        const stream = await open(constraints);
        counts.tracks.push(...stream.getTracks());
        return stream;
      };
    }
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        counts.peers.push(this);
      }
    };
  });
}

/** What the page holds now. */
export function liveOn(page: Page): Promise<Live> {
  return page.evaluate(() => {
    const { tracks, peers } = Reflect.get(window, 'counts') as Counts; // set by countLive()
    return {
      microphones: tracks.filter(({ readyState }) => readyState === 'live').length,
      peers: peers.filter(({ connectionState }) => connectionState !== 'closed').length,
    };
  });
}
