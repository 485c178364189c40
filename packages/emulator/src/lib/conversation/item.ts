/** One item of a conversation. */
export interface Item {
  /** Item id, `item_…` unless the client chose one. */
  readonly id: string;
  /** What it is, such as `message`. */
  readonly type: string;
  /** The rest, as it was sent. */
  readonly [member: string]: unknown;
}
