import { injectIntoGlobalHook } from 'react-refresh/runtime';

// Where the renderer looks for it when it is loaded: import this before anything that imports react-dom.
injectIntoGlobalHook(window);
