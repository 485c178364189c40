import { BodyTooLargeError, readBytes as readStream } from '../request/body.ts';

export const TooManyBytes = BodyTooLargeError;
export const readBytes = readStream;
