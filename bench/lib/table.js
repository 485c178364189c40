/**
 * A Markdown section with a table.
 *
 * @param {{ title: string, words: string, head: string[], rows: string[][] }} section
 */
export function table({ title, words, head, rows }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [`## ${title}`, '', words, '', line(head), line(head.map(() => '---')), ...rows.map(line)].join(
    '\n',
  );
}

/** The value in the middle. */
export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}
