export type { AdapterOptions } from './lib/adapters/adapter-options.ts';
export type { TrustedHops, TrustProxy } from './lib/adapters/client-address.ts';
export type { LambdaHttpEvent, LambdaHttpResult } from './lib/adapters/lambda-event.ts';
export { toAwsLambdaHandler } from './lib/adapters/to-aws-lambda-handler.ts';
