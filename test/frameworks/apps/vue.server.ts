import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import CallStatus from '../recipes/CallStatus.vue';

export const render = (): Promise<string> => renderToString(createSSRApp(CallStatus));
