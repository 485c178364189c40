import { render as renderComponent } from 'svelte/server';
import CallStatus from '../recipes/CallStatus.svelte';

export const render = (): Promise<string> => Promise.resolve(renderComponent(CallStatus).body);
