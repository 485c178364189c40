import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';

export type JsonObject = UnknownRecord;
export const isJsonObject: (value: unknown) => value is JsonObject = isRecord;
