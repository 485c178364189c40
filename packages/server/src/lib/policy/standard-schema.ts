/** What a Standard Schema answers. */
export type StandardResult =
  | {
      /** The parsed value. */
      readonly value: unknown;
      /** Absent on success. */
      readonly issues?: undefined;
    }
  | {
      /** What is wrong. Only the paths are shown to anyone; messages may quote the value. */
      readonly issues: readonly StandardIssue[];
    };

/** One complaint of a Standard Schema. */
export interface StandardIssue {
  /** A sentence. Not shown to anyone. */
  readonly message: string;
  /** Where. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Any schema of zod, valibot, arktype … (https://standardschema.dev, version 1). */
export interface StandardSchema {
  /** The interface all of them share. */
  readonly '~standard': {
    /** Always 1. */
    readonly version: 1;
    /** Which library made it. */
    readonly vendor: string;
    /** Parses a value; may be asynchronous. */
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
  };
}
