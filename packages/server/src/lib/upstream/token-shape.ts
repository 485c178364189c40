/**
 * Tokens of issuers that promise no prefix: visible ASCII that fits into a header or a subprotocol, 4 096 characters at
 * most, and never a standing key (`sk-…`).
 */
export const opaqueToken = /^(?!sk-)[\w.~+/=:-]{8,4096}$/;
