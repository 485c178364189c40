import { generate } from 'selfsigned';

/** A certificate for app.test and its key, PEM. */
export async function selfSigned(): Promise<{ cert: string; key: string }> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'app.test' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'app.test' }] }],
  });
  return { cert, key };
}
