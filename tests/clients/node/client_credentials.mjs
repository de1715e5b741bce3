// `simple-oauth2` as its documentation shows it: a token for itself, used, and ended.
import { ClientCredentials } from "simple-oauth2";

const { GATEWAY, CLIENT_ID, CLIENT_SECRET, METHOD } = process.env;

const client = new ClientCredentials({
  client: { id: CLIENT_ID, secret: CLIENT_SECRET },
  auth: { tokenHost: GATEWAY, tokenPath: "/oauth/token", revokePath: "/oauth/revoke" },
  options: { authorizationMethod: METHOD },
});

const issue = async (token) => {
  const answer = await fetch(`${GATEWAY}/rest/api/3/issue/REL-1`, { headers: { Authorization: `Bearer ${token}` } });
  return { status: answer.status, refusal: answer.headers.get("ticketgate-refusal") };
};

const access = await client.getToken({ scope: "read:jira-work" });
const before = await issue(access.token.access_token);
await access.revoke("access_token");
const after = await issue(access.token.access_token);
console.log(JSON.stringify({ expired: access.expired(), scope: access.token.scope, before, after }));
