/** Who is told about a call. */
export interface CallListener {
  /** An event of the API, as text. */
  onMessage(text: string): void;
  /** The call broke down. */
  onLost(): void;
}

/** A call to watch. */
export interface WatchedCall {
  /** The peer connection. */
  readonly peer: RTCPeerConnection;
  /** Its channel for events. */
  readonly channel: RTCDataChannel;
  /** Aborted when the call is ended: nothing is told after that. */
  readonly signal: AbortSignal;
}

/**
 * Watches a call: its events from the very first, and its breakdown until it is ended.
 *
 * @param call - What to watch.
 * @param listener - Who is told.
 * @returns resolves when the channel opens.
 */
export function watchCall({ peer, channel, signal }: WatchedCall, listener: CallListener): Promise<void> {
  const untilEnd = { signal };
  const onMessage = (event: MessageEvent<unknown>): void => listener.onMessage(String(event.data));
  // What is being closed may say so before its listeners are gone.
  const onClose = (): void => {
    if (!signal.aborted) listener.onLost();
  };
  const onPeer = (): void => {
    if (peer.connectionState === 'failed' || peer.connectionState === 'closed') onClose();
  };
  channel.addEventListener('message', onMessage, untilEnd);
  channel.addEventListener('close', onClose, untilEnd);
  peer.addEventListener('connectionstatechange', onPeer, untilEnd);
  return new Promise((resolve) => channel.addEventListener('open', () => resolve(), untilEnd));
}
