import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { SessionFault } from '../faults/apply-fault.ts';
import { errorEvent } from '../realtime/events.ts';
import { toSessionOutcome } from '../realtime/run-session.ts';
import type { RunningCall, PageClose } from '../state/call-registry.ts';
import type { EmulatorContext } from '../state/context.ts';
import { ABNORMAL_CLOSURE } from '../state/registries.ts';
import { createAudioTrack } from '../webrtc/audio-track.ts';
import { createUnconnectedAnswer } from '../webrtc/offer.ts';
import { openPeer } from '../webrtc/peer.ts';
import type { Peer, PeerChannel } from '../webrtc/peer.ts';
import type { CallOutcome, Page, PageCall, PageConnection } from './page-call.ts';

/** How long the last events on a data channel can take: the stack resends unacknowledged data after one second. */
const DELIVERY_MS = 1_500;

export interface AcceptedCall {
  readonly call: RunningCall;
  /** SDP. */
  readonly answer: string;
}

/** Creates the call of an offer that has been accepted. */
export type CreateCall = (connection: PageConnection) => PageCall;

/** Creates a call. Its page can connect from now on. Throws {@link HttpError} 400 `invalid_offer`. */
export async function startCall(
  context: EmulatorContext,
  offer: string,
  create: CreateCall,
): Promise<AcceptedCall> {
  const accepted =
    context.settings.media === 'none'
      ? startPlayedCall(offer, create)
      : await startPeerCall(context, offer, create);
  context.counts.calls += 1;
  context.calls.add(accepted.call);
  return accepted;
}

/** A call whose page is played by a test. */
function startPlayedCall(offer: string, create: CreateCall): AcceptedCall {
  const answer = createUnconnectedAnswer(offer);
  return { call: create({ media: 'played', closePage: () => undefined }), answer };
}

async function startPeerCall(
  context: EmulatorContext,
  offer: string,
  create: CreateCall,
): Promise<AcceptedCall> {
  const disconnected = new AbortController();
  const closed = new AbortController();
  const accepted: { call?: PageCall } = {};
  const peer = await openPeer({
    offer,
    timeoutMs: context.settings.peerTimeoutMs,
    handlers: {
      onOpen: (channel) => accepted.call?.connectPage(createPage(context, channel)),
      onMessage: (text) => accepted.call?.receiveFromPage(text),
      onAudio: (chunk) => accepted.call?.receiveAudio(chunk),
      onDisconnect(cause) {
        disconnected.abort();
        if (cause === 'closed') accepted.call?.losePage(1000, 'now');
        else accepted.call?.losePage(ABNORMAL_CLOSURE, 'now', context.settings.peerTimeoutMs);
      },
    },
  });
  context.calls.addPeer(toPromise(closed.signal));
  const impatient = AbortSignal.any([disconnected.signal, context.closing]);
  const call = create({
    media: 'real',
    closePage: (how) => void closePeer(peer, how, impatient).finally(() => closed.abort()),
  });
  accepted.call = call;
  return { call, answer: peer.answer };
}

export function toCallOutcome(fault: SessionFault | undefined): CallOutcome {
  return fault === 'page-leaves' || fault === 'page-updates' ? fault : toSessionOutcome(fault);
}

/** The shape of the ids that the API returns. */
export function createCallId({ ids }: EmulatorContext, prefix: 'rtc' | 'live'): string {
  return ids.createId(prefix).replace(`${prefix}_`, `${prefix}_u1_`);
}

function createPage(context: EmulatorContext, channel: PeerChannel): Page {
  return {
    send: (text) => channel.send(limitSize(context, text, channel.maxMessageBytes)),
    createTrack: (send) => createAudioTrack(channel, send),
  };
}

/** Awaits in each case: a peer must not close while it handles an event. */
async function closePeer(peer: Peer, how: PageClose, impatient: AbortSignal): Promise<void> {
  const options = { ref: false, signal: impatient };
  await (how === 'after-delivery'
    ? delay(DELIVERY_MS, undefined, options).catch(() => undefined)
    : undefined);
  await peer.close(how === 'after-notice' ? 'close-channel' : 'silent');
}

async function toPromise(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** A data channel cannot send what is larger than the client accepts. An error tells the client what it misses. */
function limitSize({ ids }: EmulatorContext, text: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const message = `An event of ${bytes} bytes was not sent. This client accepts ${maxBytes} bytes per message.`;
  return JSON.stringify({
    event_id: ids.createId('event'),
    ...errorEvent({ message, code: 'event_too_large' }),
  });
}
