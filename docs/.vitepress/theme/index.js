import { onContentUpdated } from 'vitepress';
import theme from 'vitepress/theme-without-fonts';
import './style.css';

export default {
  extends: theme,
  setup() {
    // The other layouts have a `<main>`.
    onContentUpdated(() => globalThis.document.querySelector('.VPHome')?.setAttribute('role', 'main'));
  },
};
