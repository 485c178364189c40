import { toAwsLambdaHandler } from '@realtime-session/server/aws-lambda';
import { handler } from './handler';

export const main = toAwsLambdaHandler(handler);
