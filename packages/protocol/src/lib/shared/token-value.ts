import { z } from 'zod';

/** The ephemeral token itself: not empty, not blank. */
export const tokenValueSchema = z.string().regex(/\S/, 'must not be blank');

/** An instant in unix seconds, later than 0. */
export const expiresAtSecondsSchema = z.number().positive();
