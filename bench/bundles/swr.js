export { default } from 'swr';
