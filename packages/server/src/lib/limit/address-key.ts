const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** The eight groups of an IPv6 address in any notation, or nothing when it is none. */
function ipv6Groups(address: string): readonly number[] | undefined {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!bare.includes(':')) return undefined;
  const url = `http://[${bare}]/`;
  if (!URL.canParse(url)) return undefined;
  const [head = '', tail] = new URL(url).hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(gap).fill('0'), ...right].map((group) => Number.parseInt(group, 16));
}

/** The IPv4 address inside `::ffff:a.b.c.d`, or nothing. */
function mappedIpv4(groups: readonly number[]): string | undefined {
  const [, , , , , marker, high = 0, low = 0] = groups;
  if (marker !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/**
 * What an address counts as: an IPv4 address as it is (also when written `::ffff:a.b.c.d`), an IPv6 address by its /64,
 * because one subscriber owns at least that much. Everything else, nothing included, shares one bucket called `unknown`.
 *
 * @param address - The client's address as the runtime gives it.
 */
export function addressKey(address: string | undefined): string {
  const text = address?.trim() ?? '';
  if (IPV4.test(text)) return text;
  const groups = ipv6Groups(text);
  if (groups === undefined) return 'unknown';
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return mappedIpv4(groups) ?? `${prefix.join(':')}::/64`;
}
