import { injectIntoGlobalHook } from 'react-refresh/runtime';

// React looks for this hook when it loads: import this file before anything that imports react-dom.
injectIntoGlobalHook(window);
