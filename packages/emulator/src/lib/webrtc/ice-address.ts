import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';

const LOOPBACK = '127.0.0.1';

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** The first lines of every offer of Firefox. */
const FIREFOX_ORIGIN = /^o=mozilla/m;

/**
 * Chooses the address on which a peer waits for the client of an offer: 127.0.0.1, except for Firefox. Firefox neither gathers
 * nor contacts loopback addresses unless its preference `media.peerconnection.ice.loopback` is set, so that it gets another
 * address of this machine. Without any network there is none.
 */
export function chooseIceAddress(offer: string, interfaces: Interfaces = networkInterfaces()): string {
  if (!FIREFOX_ORIGIN.test(offer)) return LOOPBACK;
  const addresses = listAddresses(interfaces).filter(
    ({ internal, scopeid = 0 }) => !internal && scopeid === 0,
  );
  const found = addresses.find(({ family }) => family === 'IPv4') ?? addresses[0];
  return found?.address ?? LOOPBACK;
}

/** Whether packets from an address come from this machine. Other machines can reach an address that is not a loopback one. */
export function isThisMachine(address: string, interfaces: Interfaces = networkInterfaces()): boolean {
  return address.startsWith('127.') || listAddresses(interfaces).some((own) => own.address === address);
}

function listAddresses(interfaces: Interfaces): readonly NetworkInterfaceInfo[] {
  return Object.values(interfaces).flatMap((list) => list ?? []);
}
