import type { TokenError } from '@realtime-session/core';

/** An error in the words of this page. */
export interface Trouble {
  /** What is wrong, in a few words. */
  readonly title: string;
  /** What to do about it, in a sentence. */
  readonly advice: string;
}

/** What went wrong, for the person in front of the page. */
export function describeError(error: TokenError): Trouble {
  switch (error.code) {
    case 'network':
      return { title: 'Mint route unreachable', advice: 'Check that the quickstart server is running.' };
    case 'timeout':
      return { title: 'Mint route too slow', advice: 'The server did not answer in time; look at its log.' };
    case 'http':
      return describeStatus(error);
    default:
      return { title: 'No usable token', advice: error.message };
  }
}

function describeStatus(error: TokenError): Trouble {
  if (error.status === 401) {
    return { title: 'Visitor unknown', advice: 'Reload the page: its cookie is gone.' };
  }
  if (error.status === 429) {
    return { title: 'Too many tokens', advice: 'The server lets this page have another one shortly.' };
  }
  if (error.status !== undefined && error.status >= 500) {
    return {
      title: 'The server cannot mint a token',
      advice: `It answered ${error.status}. Its log in the terminal says what to do, for example about OPENAI_API_KEY.`,
    };
  }
  return { title: 'The mint route refused', advice: error.message };
}
