export type { TrustedHops, TrustProxy } from './lib/address.ts';
export type { LambdaHttpEvent, LambdaHttpResult } from './lib/adapters/aws-lambda-event.ts';
export { toAwsLambdaHandler } from './lib/adapters/aws-lambda.ts';
export type { AdapterOptions } from './lib/adapters/web.ts';
