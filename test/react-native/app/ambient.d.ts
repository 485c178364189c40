declare module 'react-test-renderer' {
  import type { ReactNode } from 'react';

  export interface ReactTestRenderer {
    toJSON(): unknown;
    unmount(): void;
  }
  export function create(element: ReactNode): ReactTestRenderer;
}

declare module 'whatwg-fetch' {
  export const Headers: unknown;
  export const Request: unknown;
  export const Response: unknown;
}
