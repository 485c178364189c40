import { toAwsLambdaHandler } from '@realtime-session/server/aws-lambda';
import { handler } from './handler.ts';

export const main = toAwsLambdaHandler(handler);
