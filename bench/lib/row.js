/**
 * The `row` export of a file in `rows/`.
 *
 * @typedef {object} Row
 * @property {string} id The file name without `.js`.
 * @property {number} order The position in `RESULTS.md`. Related rows share the integer part (3, 3.1, 3.2).
 * @property {string} title The heading of the section.
 * @property {readonly string[]} peers The measured packages, pinned in `bench/package.json`. Their versions are printed.
 * @property {(options: { scale: 'full' | 'quick' }) => Promise<Result>} run Runs the measurement. `quick` checks that it works.
 */

/**
 * The result of a row.
 *
 * @typedef {object} Result
 * @property {string} description What was measured and how to read the tables, as a Markdown paragraph.
 * @property {readonly Table[]} tables At least one.
 * @property {readonly string[]} [notes] Notes that prevent misinterpretation, one Markdown line each.
 * @property {Readonly<Record<string, number>>} [figures] Numbers that `lib/summary.js` prints on the first screen.
 * @property {import('./plot.js').Plot} [plot] A chart of the row.
 */

/**
 * @typedef {object} Table
 * @property {string} [caption] For sections with several tables.
 * @property {readonly string[]} columns The header.
 * @property {readonly (readonly (string | number)[])[]} rows One cell for each column.
 */

export {};
