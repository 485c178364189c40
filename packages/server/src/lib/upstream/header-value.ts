const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Whether a text can stand in a header without being changed or splitting it. */
export function isHeaderValue(text: string): boolean {
  return VISIBLE_ASCII.test(text);
}
