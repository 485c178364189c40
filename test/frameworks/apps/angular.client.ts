import '@angular/compiler';
import { provideZonelessChangeDetection } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { CallStatus } from '../recipes/angular.ts';

export { tokens } from '../recipes/tokens.ts';

export function mount(target: Element): () => void {
  target.innerHTML = '<call-status></call-status>';
  const app = bootstrapApplication(CallStatus, { providers: [provideZonelessChangeDetection()] });
  return () => void app.then((running) => running.destroy());
}
