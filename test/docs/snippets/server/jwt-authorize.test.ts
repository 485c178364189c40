import { authorizeJwt } from '@realtime-session/server/jwt';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it } from 'vitest';

const { privateKey, publicKey } = await generateKeyPair('ES256');
const jwks = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'test' }] });
const authorize = authorizeJwt({ jwks, issuer: 'https://auth.example.com/', audience: 'app' });

async function userOf(audience: string, expiresIn: string) {
  const claims = { sub: 'ada', iss: 'https://auth.example.com/', aud: audience };
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'test' });
  const token = await jwt.setExpirationTime(expiresIn).sign(privateKey);
  return authorize(new Request('https://app.example', { headers: { authorization: `Bearer ${token}` } }));
}

it('accepts valid tokens only', async () => {
  expect(await userOf('app', '5 minutes')).toMatchObject({ id: 'ada' });
  expect(await userOf('app', '5 minutes ago')).toBeNull(); // 401
  expect(await userOf('another-app', '5 minutes')).toBeNull();
});
