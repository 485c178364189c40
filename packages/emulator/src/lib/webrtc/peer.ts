/** What happens on one WebRTC connection. */
export interface PeerEvents {
  /** The first data channel is open; text sent with `send` arrives on it. */
  opened(send: (text: string) => void): void;
  /** A text on that channel. */
  received(text: string): void;
  /** Sound on the media track, G.711 μ-law at 8 kHz. */
  heard(sound: Buffer): void;
  /** The caller closed the channel, or has not been heard of for too long. Told once, and not after `close`. */
  gone(how: 'closed' | 'lost'): void;
}

/** One packet of sound. */
export interface SoundPacket {
  /** 20 ms of G.711 μ-law at 8 kHz: 160 bytes. */
  readonly payload: Buffer;
  /** Number of the packet. */
  readonly sequence: number;
  /** When it is heard, in samples. */
  readonly timestamp: number;
  /** Whether sound begins with it or goes on. */
  readonly place: 'first' | 'later';
}

/** One WebRTC connection, seen from the emulator. */
export interface Peer {
  /** The answer to the offer, SDP. Its one candidate is on 127.0.0.1. */
  readonly answer: string;
  /** Sends one packet of sound. */
  play(packet: SoundPacket): void;
  /** Ends it. The caller sees its connection fall silent. */
  close(): Promise<void>;
}
