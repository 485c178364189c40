// Stands in for Google Fonts, which the template of Next loads.
const css = '@font-face { font-family: Geist; src: local("Arial"); }';
const families = ['Geist', 'Geist+Mono'];

module.exports = Object.fromEntries(
  families.map((family) => [
    `https://fonts.googleapis.com/css2?family=${family}:wght@100..900&display=swap`,
    css,
  ]),
);
