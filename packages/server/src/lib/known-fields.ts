type Keys<S> = S extends readonly unknown[] ? never : S extends object ? keyof S : never;

type At<S, Key> = S extends readonly unknown[]
  ? never
  : S extends object
    ? Key extends keyof S
      ? S[Key]
      : never
    : never;

type Elements<S> = S extends readonly (infer Element)[] ? Element : never;

/**
 * The type of a value, in which each field that no member of `S` has is a text that names it, at any depth. TypeScript checks the fields of
 * an object literal only where the literal has a declared type, which the result of a function has not.
 */
export type KnownFields<V, S> = unknown extends S
  ? V
  : 0 extends V & 1
    ? V
    : V extends readonly unknown[]
      ? { [Index in keyof V]: KnownFields<V[Index], Elements<S>> }
      : V extends (...args: never) => unknown
        ? V
        : V extends object
          ? {
              [Key in keyof V]: string extends Key
                ? V[Key]
                : Key extends Keys<S>
                  ? KnownFields<V[Key], At<S, Key>>
                  : `${Key & string} is not a session parameter`;
            }
          : V;

/**
 * {@link KnownFields} of what a function returns, synchronously or not. A result of the declared type is not checked: it has no other
 * fields, and an intersection would accept lists of objects without a known field.
 */
export type KnownResult<R, S> = R &
  ([S | Promise<S | null> | null] extends [R]
    ? unknown
    : R extends Promise<infer V>
      ? Promise<KnownFields<V, S>>
      : KnownFields<R, S>);
