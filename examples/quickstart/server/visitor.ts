import { randomUUID } from 'node:crypto';

const COOKIE = 'visitor';
const PATTERN = /(?:^|;\s*)visitor=([0-9a-f-]{36})(?:;|$)/;

/** The visitor a `Cookie` header names, if it names one. */
export function readVisitor(cookies: string | null | undefined): string | undefined {
  return PATTERN.exec(cookies ?? '')?.[1];
}

/** A `Set-Cookie` header for a new visitor. Pages of other sites never send it along, and scripts never see it. */
export function newVisitorCookie(): string {
  return `${COOKIE}=${randomUUID()}; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400`;
}
