/** A row's section of `RESULTS.md`. */
export function renderSection({ title, words, peers, machine, tables, notes }) {
  const beside = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  const measured = [`Measured on ${machine}`, ...(beside.length > 0 ? [beside.join(', ')] : [])];
  return [
    `## ${title}`,
    words,
    ...tables.flatMap(renderTable),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
    `${measured.join('; beside ')}.`,
  ].join('\n\n');
}

function renderTable({ caption, columns, rows }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const table = [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
  return caption === undefined ? [table] : [`**${caption}**`, table];
}
