// Writes a CycloneDX bill of materials for each published package: node scripts/sbom.mjs [folder], default `sbom`.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Contrib, Enums, Models, Serialize, Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { root, run } from './lib/run.mjs';

const { Builders, Factories } = Contrib.FromNodePackageJson;
const builder = new Builders.ComponentBuilder(
  new Factories.ExternalReferenceFactory(),
  new Contrib.License.Factories.LicenseFactory(),
);
const spec = Spec.Spec1dot6;
const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(spec));
const validator = new Validation.JsonStrictValidator(spec.version);
const target = resolve(process.argv[2] ?? join(root, 'sbom'));

mkdirSync(target, { recursive: true });
for (const name of readdirSync(join(root, 'packages'))) {
  const text = serializer.serialize(await billOf(join(root, 'packages', name)), {
    sortLists: true,
    space: 2,
  });
  const complaint = await validator.validate(text);
  if (complaint !== null)
    throw new Error(`The bill of ${name} is not CycloneDX: ${JSON.stringify(complaint)}`);
  writeFileSync(join(target, `${name}.cdx.json`), `${text}\n`);
}

/** What is installed with a package: its production dependencies, and theirs. */
async function billOf(folder) {
  const [tree] = JSON.parse(await listed(folder));
  const component = componentOf(folder);
  const bill = new Models.Bom({ metadata: new Models.Metadata({ component }) });
  addDependencies(bill, component, { ...tree, path: folder }, new Map());
  return bill;
}

/** pnpm's own word on what is there, at the versions of the lock file. */
async function listed(folder) {
  const options = ['--prod', '--depth', 'Infinity', '--json'];
  const { code, output } = await run('pnpm', ['list', ...options], { cwd: folder });
  if (code !== 0) throw new Error(output);
  return output;
}

function addDependencies(bill, parent, node, known) {
  const { dependencies, optionalDependencies } = manifestOf(node.path);
  const own = { ...dependencies, ...optionalDependencies };
  for (const [name, dependency] of Object.entries(node.dependencies ?? {})) {
    // pnpm lists peers as well: those are the user's choice, not what we bring.
    if (!(name in own)) continue;
    const seen = known.get(dependency.path);
    const component = seen ?? componentOf(dependency.path);
    parent.dependencies.add(component.bomRef);
    if (!seen) {
      known.set(dependency.path, component);
      bill.components.add(component);
    }
    addDependencies(bill, component, dependency, known);
  }
}

/** One package, as its own manifest describes it. */
function componentOf(folder) {
  const manifest = manifestOf(folder);
  const component = builder.makeComponent(manifest, Enums.ComponentType.Library);
  component.purl = `pkg:npm/${manifest.name.replace('@', '%40')}@${manifest.version}`;
  component.bomRef.value = component.purl;
  return component;
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
