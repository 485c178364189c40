export { initializeApp } from '@firebase/app';
export { CustomProvider, getToken, initializeAppCheck } from '@firebase/app-check';
