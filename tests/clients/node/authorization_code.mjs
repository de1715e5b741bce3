// `simple-oauth2` as its documentation shows it: a code for a token, a new token for the old one, and its end.
import { AuthorizationCode } from "simple-oauth2";

const { GATEWAY, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, CODE, VERIFIER, AUTHORIZE } = process.env;

const client = new AuthorizationCode({
  client: { id: CLIENT_ID, secret: CLIENT_SECRET },
  auth: { tokenHost: GATEWAY, tokenPath: "/oauth/token", authorizePath: "/oauth/authorize", revokePath: "/oauth/revoke" },
});

if (AUTHORIZE) {
  const asked = JSON.parse(AUTHORIZE);
  console.log(client.authorizeURL({ redirect_uri: REDIRECT_URI, ...asked }));
} else {
  const first = await client.getToken({ code: CODE, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER });
  const next = await first.refresh();
  const headers = { Authorization: `Bearer ${next.token.access_token}` };
  const answer = await fetch(`${GATEWAY}/rest/api/3/issue/REL-1`, { headers });
  console.log(JSON.stringify({
    status: answer.status,
    rotated: first.token.refresh_token !== next.token.refresh_token,
    scope: next.token.scope,
  }));
}
