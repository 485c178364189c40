import type { TokenManager } from '@realtime-session/core';

export function warmUp(button: HTMLElement, tokens: TokenManager): void {
  button.addEventListener('pointerenter', () => tokens.prefetch());
}
