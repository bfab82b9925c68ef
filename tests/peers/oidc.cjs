// An OpenID Connect provider from a package (oidc-provider) that knows everybody who types a name.
// node oidc.cjs REDIRECT_URI   prints its address. Its own sign-in pages are the package's (any password does).
const http = require('http');

async function main() {
  const { default: Provider } = await import('oidc-provider');
  const server = http.createServer();
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'careloom', client_secret: 'hush', redirect_uris: [process.argv[2]] }],
    claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
    pkce: { required: () => true },
    cookies: { keys: ['invented'] },
  });
  server.on('request', provider.callback());
  console.log(issuer);
}
main();
