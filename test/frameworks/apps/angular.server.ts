import '@angular/compiler';
import { provideZonelessChangeDetection } from '@angular/core';
import { bootstrapApplication, type BootstrapContext } from '@angular/platform-browser';
import { provideServerRendering, renderApplication } from '@angular/platform-server';
import { CallStatus } from '../recipes/angular.ts';

const providers = [provideZonelessChangeDetection(), provideServerRendering()];

export const render = (): Promise<string> =>
  renderApplication((context: BootstrapContext) => bootstrapApplication(CallStatus, { providers }, context), {
    document: '<!doctype html><html><body><call-status></call-status></body></html>',
    url: '/',
  });
