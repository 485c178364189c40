/** Stands in for the peer of `react-native-webrtc`, whose native half exists only on a phone. */
export class Peer {
  static readonly all: Peer[] = [];
  connectionState = 'new';
  localDescription: { readonly sdp: string } | null = null;
  onconnectionstatechange: (() => void) | undefined;
  ontrack: ((event: unknown) => void) | undefined;
  readonly channel = {
    readyState: 'connecting',
    onopen: undefined as (() => void) | undefined,
    onclose: undefined as (() => void) | undefined,
    onmessage: undefined as ((event: { readonly data: string }) => void) | undefined,
    sent: [] as string[],
    send: (text: string): void => void this.channel.sent.push(text),
  };
  constructor() {
    Peer.all.push(this);
  }
  createDataChannel() {
    return this.channel;
  }
  addTransceiver(track: unknown) {
    return { sender: { track, replaceTrack: () => Promise.resolve() } };
  }
  setLocalDescription(): Promise<void> {
    this.localDescription = { sdp: 'v=0 offer' };
    return Promise.resolve();
  }
  setRemoteDescription(): Promise<void> {
    this.channel.readyState = 'open';
    this.channel.onopen?.();
    return Promise.resolve();
  }
  close(): void {
    this.connectionState = 'closed';
  }
  fail(): void {
    this.connectionState = 'failed';
    this.onconnectionstatechange?.();
  }
}
