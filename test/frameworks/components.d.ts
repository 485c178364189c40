declare module '*.vue' {
  import type { Component } from 'vue';

  const component: Component;
  // eslint-disable-next-line import-x/no-default-export -- as the compiler exports it
  export default component;
}

declare module '*.svelte' {
  import type { Component } from 'svelte';

  const component: Component;
  // eslint-disable-next-line import-x/no-default-export -- as the compiler exports it
  export default component;
}
