import Link from 'next/link';
import type { ReactNode } from 'react';

export const metadata = { title: 'realtime-session with Next', icons: 'data:,' };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <nav>
          <Link href="/">Token from the server</Link> <Link href="/later">Token from the page</Link>
        </nav>
        {children}
      </body>
    </html>
  );
}
