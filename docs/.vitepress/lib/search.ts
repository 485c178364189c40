/**
 * Ranks a section of the site for the search: pages that explain come before pages to look something up, unless the term is the name
 * of a function or type.
 *
 * @param id - Path of the section on the site, such as `/guide/security.html#session-configuration`.
 * @param term - A term that the section contains, in lower case.
 * @param fields - What the index has of the section.
 * @returns the factor of its score.
 */
export function boostDocument(id: string, term: string, fields?: Record<string, unknown>): number {
  // VitePress copies the text of this function into the site, so it uses nothing outside of itself.
  const title = typeof fields?.['title'] === 'string' ? fields['title'] : '';
  const isName = /[a-z][A-Z]/.test(title) && title.toLowerCase().replace(/\W+$/, '') === term;
  if (isName || id.includes('/guide/getting-started')) return 4;
  if (/\/(?:guide\/testing|operations|migration)\b/.test(id)) return 2;
  if (/\/(?:guide|recipes)\//.test(id)) return 3;
  return /\/(?:reference|guarantees|lifecycle-rules|security-rules|support)\b/.test(id) ? 0.5 : 1;
}
