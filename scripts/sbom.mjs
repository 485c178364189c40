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
await Promise.all(readdirSync(join(root, 'packages')).map(writeBom));

async function writeBom(name) {
  const text = serializer.serialize(await createBom(join(root, 'packages', name)), {
    sortLists: true,
    space: 2,
  });
  const validationError = await validator.validate(text);
  if (validationError !== null)
    throw new Error(
      `The bill of materials of ${name} is not valid CycloneDX: ${JSON.stringify(validationError)}`,
    );
  writeFileSync(join(target, `${name}.cdx.json`), `${text}\n`);
}

/** Includes production dependencies and their dependencies. */
async function createBom(folder) {
  const [tree] = JSON.parse(await listDependencies(folder));
  const component = createComponent(folder);
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component }) });
  addDependencies(bom, component, { ...tree, path: folder }, new Map());
  return bom;
}

async function listDependencies(folder) {
  const options = ['--prod', '--depth', 'Infinity', '--json'];
  const { code, output } = await run('pnpm', ['list', ...options], { cwd: folder });
  if (code !== 0) throw new Error(output);
  return output;
}

function addDependencies(bom, parent, node, known) {
  const { dependencies, optionalDependencies } = readManifest(node.path);
  const own = { ...dependencies, ...optionalDependencies };
  for (const [name, dependency] of Object.entries(node.dependencies ?? {})) {
    // pnpm also lists peer dependencies. The user installs those.
    if (!(name in own)) continue;
    const seen = known.get(dependency.path);
    const component = seen ?? createComponent(dependency.path);
    parent.dependencies.add(component.bomRef);
    if (!seen) {
      known.set(dependency.path, component);
      bom.components.add(component);
    }
    addDependencies(bom, component, dependency, known);
  }
}

function createComponent(folder) {
  const manifest = readManifest(folder);
  const component = builder.makeComponent(manifest, Enums.ComponentType.Library);
  component.purl = `pkg:npm/${manifest.name.replace('@', '%40')}@${manifest.version}`;
  component.bomRef.value = component.purl;
  return component;
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
