/**
 * What a file in `rows/` exports as `row`.
 *
 * @typedef {object} Row
 * @property {string} id The name of its file, without `.js`.
 * @property {number} order Its place in `RESULTS.md`; rows of one subject share the whole number (3, 3.1, 3.2).
 * @property {string} title The heading of its section.
 * @property {readonly string[]} peers Packages it measures, pinned in `bench/package.json`; their versions are printed.
 * @property {(options: { scale: 'full' | 'quick' }) => Promise<Outcome>} run Measures. `quick` shows that it works.
 */

/**
 * What a row measured.
 *
 * @typedef {object} Outcome
 * @property {string} words What was measured and how to read the tables: a paragraph of Markdown.
 * @property {readonly Table[]} tables At least one.
 * @property {readonly string[]} [notes] What a reader would get wrong otherwise: a line of Markdown each.
 */

/**
 * @typedef {object} Table
 * @property {string} [caption] Where a section has several.
 * @property {readonly string[]} columns The head.
 * @property {readonly (readonly (string | number)[])[]} rows A cell for each column.
 */

export {};
