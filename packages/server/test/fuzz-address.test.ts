import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey } from '../src/lib/address.ts';
import { fuzz, FUZZ_TIMEOUT_MS } from './support/fuzz.ts';

/** Eight groups, with runs of zeros and the mapped prefix more often than uniform sampling produces them. */
const groups = fc.oneof(
  fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 }),
  fc
    .tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0xffff }))
    .map(([high, low]) => [0, 0, 0, 0, 0, 0xffff, high, low]),
);

const styles = fc.record({
  letters: fc.constantFrom('lower', 'upper'),
  zeros: fc.constantFrom('short', 'padded'),
  gap: fc.constantFrom('compressed', 'full'),
  tail: fc.constantFrom('hex', 'dotted'),
  zone: fc.constantFrom('', '', '%eth0', '%25'),
  brackets: fc.constantFrom('none', 'none', 'square'),
});

type Style = typeof styles extends fc.Arbitrary<infer T> ? T : never;

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Writes the first run of two or more zero groups as `::`. */
function compress(parts: readonly string[]): string {
  const isZero = (part: string | undefined): boolean => part !== undefined && /^0+$/.test(part);
  const start = parts.findIndex((part, at) => isZero(part) && isZero(parts[at + 1]));
  if (start === -1) return parts.join(':');
  const length = parts.slice(start).findIndex((part) => !isZero(part));
  const rest = length === -1 ? [] : parts.slice(start + length);
  return `${parts.slice(0, start).join(':')}::${rest.join(':')}`;
}

/** One of the notations of an address. */
function write(address: readonly number[], style: Style): string {
  const width = style.zeros === 'padded' ? 4 : 1;
  const hex = address.map((group) => group.toString(16).padStart(width, '0'));
  const parts = style.tail === 'dotted' ? [...hex.slice(0, 6), dotted(address[6], address[7])] : hex;
  const text = style.gap === 'compressed' ? compress(parts) : parts.join(':');
  const zoned = `${style.letters === 'upper' ? text.toUpperCase() : text}${style.zone}`;
  return style.brackets === 'square' ? `[${zoned}]` : zoned;
}

/** Compares two addresses with Node's `BlockList`: the same IPv4 address, or IPv6 in the same /64. */
function sameSubscriber(one: readonly number[], other: readonly number[]): boolean {
  const plain: Style = {
    letters: 'lower',
    zeros: 'short',
    gap: 'full',
    tail: 'hex',
    zone: '',
    brackets: 'none',
  };
  const isMapped = (address: readonly number[]): boolean =>
    address.slice(0, 5).every((group) => group === 0) && address[5] === 0xffff;
  if (isMapped(one) !== isMapped(other)) return false;
  const list = new BlockList();
  if (isMapped(one)) list.addAddress(dotted(one[6], one[7]), 'ipv4');
  else list.addSubnet(write(one, plain), 64, 'ipv6');
  return list.check(write(other, plain), 'ipv6');
}

/** An address related to another: itself, a neighbor in its /64, or one just outside. */
const pairs = fc
  .tuple(
    groups,
    fc.integer({ min: 0, max: 7 }),
    fc.constantFrom(0, 1, 0x8000),
    fc.option(groups, { nil: undefined, freq: 4 }),
  )
  .map(([one, at, flip, unrelated]): [number[], number[]] => [
    one,
    unrelated ?? one.map((group, index) => (index === at ? group ^ flip : group)),
  ]);

describe('addresses, fuzzed', () => {
  it(
    "S19 shares a bucket exactly when Node's BlockList sees one subscriber, in every notation",
    () => {
      const seen = { same: 0, other: 0 };
      const property = fc.property(pairs, styles, styles, ([one, other], style, otherStyle) => {
        const same = sameSubscriber(one, other);
        seen[same ? 'same' : 'other'] += 1;
        const texts = [write(one, style), write(other, otherStyle)];
        const keys = texts.map(addressKey);
        expect(keys[0] === keys[1], texts.join(' ')).toBe(same);
        expect(keys).not.toContain('unknown');
      });
      fc.assert(property, fuzz(3000));
      expect(Math.min(seen.same, seen.other)).toBeGreaterThan(300);
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'S19 gives a mapped IPv4 address the bucket of the IPv4 address',
    () => {
      const octet = fc.integer({ min: 0, max: 255 });
      const property = fc.property(fc.tuple(octet, octet, octet, octet), styles, ([a, b, c, d], style) => {
        const mapped = [0, 0, 0, 0, 0, 0xffff, a * 256 + b, c * 256 + d];
        expect(addressKey(write(mapped, style))).toBe([a, b, c, d].join('.'));
        expect(addressKey([a, b, c, d].join('.'))).toBe([a, b, c, d].join('.'));
      });
      fc.assert(property, fuzz(1000));
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'S20 puts everything that is not an address into one bucket',
    () => {
      const digits = fc.integer({ min: 0, max: 300 }).map(String);
      const almost = fc.oneof(
        fc.string(),
        fc.array(digits, { maxLength: 5 }).map((parts) => parts.join('.')),
        fc
          .array(fc.constantFrom('', '0', '00', '1', 'ffff', 'fffff', 'g', '1.2.3.4'), { maxLength: 10 })
          .map((parts) => parts.join(':')),
        fc
          .array(fc.constantFrom('01', '1', '1 ', '+1', '0x1', '256', ''), { minLength: 4, maxLength: 4 })
          .map((parts) => parts.join('.')),
      );
      const property = fc.property(almost, (text) => {
        const bare = text
          .trim()
          .replace(/^\[([^\]]*)\](?::\d+)?$/, '$1')
          .replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
        expect(addressKey(text) === 'unknown', text).toBe(isIP(bare) === 0);
      });
      fc.assert(property, fuzz(2000));
    },
    FUZZ_TIMEOUT_MS,
  );
});
