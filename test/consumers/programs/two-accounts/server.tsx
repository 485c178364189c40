import { renderToString } from 'react-dom/server';
import { AccountsPage, type AccountsPageProps } from './page';

/** The HTML of the page. It contains no token, and rendering it starts no mint. */
export function renderPage(props: AccountsPageProps): string {
  return renderToString(<AccountsPage {...props} />);
}
