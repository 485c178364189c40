import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import * as asn1 from 'asn1js';

/** A server certificate and the certificate that clients trust. */
export interface Certificate {
  /** Certificate of the authority, PEM. The private key of a generated authority has been discarded. */
  readonly authority: string;
  /** Certificate of the server, PEM. */
  readonly cert: string;
  /** Private key of the server, PEM. */
  readonly key: string;
}

const OID = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** A key usage as a bit string of one byte, and the number of its unused bits. */
const KEY_USAGE = {
  digitalSignature: { byte: 0b1000_0000, unusedBits: 7 },
  keyCertSign: { byte: 0b0000_0100, unusedBits: 2 },
} as const;

const DAY_MS = 86_400_000;
/** The longest lifetime that every platform accepts. */
const LIFETIME_DAYS = 397;

/**
 * Creates a certificate for the given host names and IP addresses, with keys on the curve P-256. It is valid from yesterday, for
 * clients whose clocks are late.
 */
export function createCertificate(hosts: readonly string[]): Certificate {
  const authorityKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serverKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer: Signer = {
    name: `realtime-emulator ${randomBytes(4).toString('hex')}`,
    key: authorityKeys.privateKey,
  };
  const authorityId = getKeyId(authorityKeys.publicKey);
  const authority = signCertificate(signer, {
    name: signer.name,
    publicKey: authorityKeys.publicKey,
    extensions: [
      extension(
        'critical',
        OID.basicConstraints,
        sequence(new asn1.Boolean({ value: true }), new asn1.Integer({ value: 0 })),
      ),
      extension('critical', OID.keyUsage, keyUsage('keyCertSign')),
      extension('optional', OID.subjectKeyIdentifier, new asn1.OctetString({ valueHex: authorityId })),
    ],
  });
  const cert = signCertificate(signer, {
    name: 'realtime-emulator',
    publicKey: serverKeys.publicKey,
    extensions: [
      extension('critical', OID.basicConstraints, sequence()),
      extension('critical', OID.keyUsage, keyUsage('digitalSignature')),
      extension('optional', OID.extKeyUsage, sequence(objectId(OID.serverAuth))),
      extension('optional', OID.subjectAltName, sequence(...hosts.map(generalName))),
      extension('optional', OID.authorityKeyIdentifier, sequence(tagged(0, authorityId))),
    ],
  });
  return { authority, cert, key: serverKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

interface Signer {
  readonly name: string;
  readonly key: KeyObject;
}

interface CertificateFields {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly asn1.Sequence[];
}

/** Returns an X.509 certificate (RFC 5280), PEM. */
function signCertificate(signer: Signer, { name, publicKey, extensions }: CertificateFields): string {
  const algorithm = sequence(objectId(OID.ecdsaWithSha256));
  const nowMs = Date.now();
  const toBeSigned = sequence(
    explicit(0, new asn1.Integer({ value: 2 })), // version 3
    new asn1.Integer({ valueHex: createSerialNumber() }),
    algorithm,
    distinguishedName(signer.name),
    sequence(utcTime(nowMs - DAY_MS), utcTime(nowMs + (LIFETIME_DAYS - 1) * DAY_MS)),
    distinguishedName(name),
    asn1.fromBER(publicKey.export({ type: 'spki', format: 'der' })).result,
    explicit(3, sequence(...extensions)),
  );
  const signature = sign('sha256', new Uint8Array(toBeSigned.toBER()), signer.key);
  const der = sequence(toBeSigned, algorithm, new asn1.BitString({ valueHex: signature })).toBER();
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** Positive and without leading zeros, as DER requires. */
function createSerialNumber(): Buffer {
  const serial = randomBytes(16);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f);
  return serial;
}

function getKeyId(publicKey: KeyObject): Buffer {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}

function distinguishedName(commonName: string): asn1.Sequence {
  const attribute = sequence(objectId(OID.commonName), new asn1.Utf8String({ value: commonName }));
  return sequence(new asn1.Set({ value: [attribute] }));
}

function extension(importance: 'critical' | 'optional', id: string, value: asn1.BaseBlock): asn1.Sequence {
  const critical = importance === 'critical' ? [new asn1.Boolean({ value: true })] : [];
  return sequence(objectId(id), ...critical, new asn1.OctetString({ valueHex: value.toBER() }));
}

function keyUsage(usage: keyof typeof KEY_USAGE): asn1.BitString {
  const { byte, unusedBits } = KEY_USAGE[usage];
  return new asn1.BitString({ valueHex: Uint8Array.of(byte), unusedBits });
}

function generalName(host: string): asn1.Primitive {
  return isIP(host) === 0 ? tagged(2, Buffer.from(host, 'latin1')) : tagged(7, toAddressBytes(host));
}

function toAddressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [start = [], end] = address.split('::').map(toGroups);
  const zeros = Array.from({ length: 8 - start.length - (end?.length ?? 0) }, () => 0);
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...start, ...zeros, ...(end ?? [])].entries())
    bytes.writeUInt16BE(group, 2 * index);
  return bytes;
}

/** The last 32 bits of an IPv6 address can be written as an IPv4 address. */
function toGroups(part: string): number[] {
  return part
    .split(':')
    .filter((text) => text !== '')
    .flatMap((text) => {
      if (!isIPv4(text)) return [Number.parseInt(text, 16)];
      const bytes = toAddressBytes(text);
      return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
    });
}

const CONTEXT_SPECIFIC = 3;

/** A context-specific value without structure. */
function tagged(tagNumber: number, valueHex: Buffer): asn1.Primitive {
  return new asn1.Primitive({ idBlock: { tagClass: CONTEXT_SPECIFIC, tagNumber }, valueHex });
}

/** A value in a context-specific tag. */
function explicit(tagNumber: number, value: asn1.BaseBlock): asn1.Constructed {
  return new asn1.Constructed({ idBlock: { tagClass: CONTEXT_SPECIFIC, tagNumber }, value: [value] });
}

function sequence(...value: readonly asn1.BaseBlock[]): asn1.Sequence {
  return new asn1.Sequence({ value: [...value] });
}

function objectId(value: string): asn1.ObjectIdentifier {
  return new asn1.ObjectIdentifier({ value });
}

function utcTime(ms: number): asn1.UTCTime {
  return new asn1.UTCTime({ valueDate: new Date(ms) });
}
