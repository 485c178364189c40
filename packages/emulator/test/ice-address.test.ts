import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { chooseIceAddress, isThisMachine } from '../src/lib/webrtc/ice-address.ts';

const FIREFOX = 'v=0\r\no=mozilla...THIS_IS_SDPARTA-99.0 5770554642939055558 0 IN IP4 0.0.0.0\r\ns=-\r\n';
const CHROMIUM = 'v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\n';

const base = { netmask: '', mac: '', cidr: null };
const ipv4 = (address: string, internal = false): NetworkInterfaceInfo => ({
  ...base,
  family: 'IPv4',
  address,
  internal,
});
const ipv6 = (address: string, scopeid = 0): NetworkInterfaceInfo => ({
  ...base,
  family: 'IPv6',
  address,
  scopeid,
  internal: address === '::1',
});
const lo = [ipv4('127.0.0.1', true), ipv6('::1')];
const online = { lo, eth0: [ipv6('fe80::1', 2), ipv6('fd00::2'), ipv4('192.0.2.2')] };

describe('chooseIceAddress()', () => {
  test.each([
    ['127.0.0.1 for other browsers', CHROMIUM, online, '127.0.0.1'],
    ['an IPv4 address of the machine for Firefox', FIREFOX, online, '192.0.2.2'],
    [
      'an IPv6 address for Firefox when there is no other',
      FIREFOX,
      { lo, eth0: [ipv6('fe80::1', 2), ipv6('fd00::2')] },
      'fd00::2',
    ],
    ['127.0.0.1 for Firefox without any network', FIREFOX, { lo, eth0: [ipv6('fe80::1', 2)] }, '127.0.0.1'],
  ])('is %s', (_what, offer, interfaces, address) => {
    expect(chooseIceAddress(offer, interfaces)).toBe(address);
  });
});

describe('isThisMachine()', () => {
  test.each(['127.0.0.1', '127.0.1.1', '::1', '192.0.2.2', 'fd00::2', 'fe80::1'])('accepts %s', (address) => {
    expect(isThisMachine(address, online)).toBe(true);
  });

  test.each(['192.0.2.3', '12.7.0.1', 'fd00::3', '::2', ''])('refuses %s', (address) => {
    expect(isThisMachine(address, online)).toBe(false);
  });
});
