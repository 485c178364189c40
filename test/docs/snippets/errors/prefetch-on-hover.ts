import type { TokenManager } from '@realtime-session/core';

export function prefetchOnHover(button: HTMLElement, tokens: TokenManager): void {
  button.addEventListener('pointerenter', () => tokens.prefetch());
}
