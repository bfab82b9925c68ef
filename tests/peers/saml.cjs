// A SAML identity provider from a package (samlp) that knows everybody who types a name.
// node saml.cjs KEY CERTIFICATE ENTITY [THEIRS]   prints its address; it encrypts to the site's certificate THEIRS where there is one.
// GET /sso asks for a name, POST /sso sends the browser back.
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const samlp = require('samlp');

const [key, cert] = process.argv.slice(2, 4).map((file) => fs.readFileSync(file));
const issuer = process.argv[4];
const theirs = process.argv[5] && fs.readFileSync(process.argv[5]);
const hidden = theirs
  ? {
      encryptionCert: theirs,
      encryptionPublicKey: new crypto.X509Certificate(theirs).publicKey.export({ type: 'spki', format: 'pem' }),
      encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    }
  : {};
const escape = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;');

function answer(given, done) {
  samlp.parseRequest({ query: given, method: 'GET' }, (wrong, asked) => {
    if (wrong) return done(wrong);
    const acs = asked.assertionConsumerServiceURL;
    const how = {
      issuer,
      audience: asked.issuer,
      recipient: acs,
      destination: acs,
      inResponseTo: asked.id,
      key,
      cert,
      signatureAlgorithm: 'rsa-sha256',
      digestAlgorithm: 'sha256',
      signResponse: given.both === 'yes',
      lifetimeInSeconds: 300,
      ...hidden,
    };
    const user = { id: given.login, displayName: given.login, emails: [], name: {} };
    samlp.getSamlResponse(how, user, (failed, xml) => {
      if (failed) return done(failed);
      const value = Buffer.from(xml).toString('base64');
      done(null, `<form method="post" action="${escape(acs)}"><input type="hidden" name="SAMLResponse" value="${value}"></form>`);
    });
  });
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://here');
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    const given = Object.fromEntries(request.method === 'POST' ? new URLSearchParams(body) : url.searchParams);
    response.setHeader('Content-Type', 'text/html');
    if (request.method !== 'POST') {
      response.end(`<form method="post"><input type="hidden" name="SAMLRequest" value="${escape(given.SAMLRequest)}"><input name="login"></form>`);
      return;
    }
    answer(given, (wrong, page) => {
      response.statusCode = wrong ? 400 : 200;
      response.end(wrong ? String(wrong) : page);
    });
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
