// A stock client (fhir-kit-client) asks a server for everything of a patient, page by page: node asks.cjs BASE TOKEN PATIENT TYPE...
// Prints what it found, by type: ids, as JSON.
const [base, token, patient, ...types] = process.argv.slice(2);
(async () => {
  const kit = await import('fhir-kit-client');
  const Client = kit.default?.default ?? kit.default ?? kit.Client;
  const client = new Client({ baseUrl: base, bearerToken: token });
  const statement = await client.capabilityStatement();
  const served = new Set(statement.rest[0].resource.map((one) => one.type));
  const found = {};
  for (const kind of types) {
    if (!served.has(kind)) throw new Error(`${kind} is not in the CapabilityStatement`);
    const searchParams = kind === 'Patient' ? { _id: patient } : { patient };
    const options = kind === 'Goal' ? { options: { postSearch: true } } : {};
    let page = await client.search({ resourceType: kind, searchParams: { ...searchParams, _count: 3 }, ...options });
    const every = [];
    while (page) {
      every.push(...(page.entry ?? []).map((one) => one.resource));
      page = page.link.some((one) => one.relation === 'next') ? await client.nextPage({ bundle: page }) : null;
    }
    found[kind] = every.map((one) => one.id).sort();
    if (every.length) {
      const again = await client.read({ resourceType: kind, id: every[0].id });
      if (JSON.stringify(again) !== JSON.stringify(every[0])) throw new Error(`${kind}/${again.id} differs`);
    }
  }
  console.log(JSON.stringify(found));
})().catch((error) => { console.error(error.stack); process.exit(1); });
