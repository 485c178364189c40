// Imports the entries in the argument, a JSON array of `{ entry, optional }`, and prints those that fail.
const failures = [];
for (const { entry, optional } of JSON.parse(process.argv[2])) {
  try {
    const names = Object.keys(await import(entry));
    if (names.length === 0) failures.push(`${entry} exports nothing`);
  } catch (error) {
    const missing = /Cannot find package '([^']+)'/.exec(error.message)?.[1];
    if (!optional.includes(missing)) failures.push(`${entry}: ${error.message}`);
  }
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length === 0 ? 0 : 1;
