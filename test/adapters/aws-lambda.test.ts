import { describeConformance } from './conformance.ts';
import type { Quirks } from './conformance.ts';
import { toAwsLambdaHandler } from '@realtime-session/server/aws-lambda';
import { gateway } from './support/gateway.ts';
import type { Payload } from './support/gateway.ts';
import { recipe } from './support/recipe.ts';
import { createTestHandler } from './support/test-handler.mjs';

const path = '/api/realtime-session';
/**
 * A gateway reads the whole request before it calls the function, does not report disconnects, and uses HTTPS. The runtime cannot
 * represent `TRACE`, or a host that is invalid in a URL.
 */
const quirks: Quirks = {
  scheme: 'https',
  disconnect: 'unnoticed',
  tooLong: 'reads-on',
  methods: { TRACE: 400 },
};

for (const payload of ['1.0', '2.0', 'function URL'] satisfies readonly Payload[]) {
  describeConformance({
    name: `AWS Lambda, ${payload}`,
    path,
    trustedPath: '/trusted',
    quirks,
    start(origin) {
      const handler = createTestHandler(origin);
      const plain = toAwsLambdaHandler(handler);
      // The gateway appends the address of its caller, so a proxy in front of it is the second hop.
      const trusted = toAwsLambdaHandler(handler, { trustProxy: { hops: 2 } });
      return gateway(payload, (event) => (event.path ?? event.rawPath) === '/trusted' ? trusted(event) : plain(event)); // prettier-ignore
    },
  });
}

describeConformance({
  name: 'AWS Lambda recipe',
  path,
  quirks,
  async start(origin) {
    const { main } = await recipe(origin, () => import('./recipes/aws-lambda.ts'));
    return gateway('2.0', main);
  },
});
