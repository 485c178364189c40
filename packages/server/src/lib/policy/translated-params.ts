import type { JsonObject } from '../gate/parse-json-object.ts';

/** Session parameters in the words of one call. */
export interface TranslatedParams {
  /** The parameters. */
  readonly params: JsonObject;
  /** Paths of those the call has no word for, such as `temperature`. */
  readonly dropped: readonly string[];
}
