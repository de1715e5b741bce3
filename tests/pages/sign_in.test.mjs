// People sign in with Atlassian, and an operator's grant is consented to, in a real browser: on the stand-in's own page, with its own
// form.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

// Installed into a cache folder, not beside this file.
const { chromium } = createRequire(process.env.TICKETGATE_NODE_MODULES + '/')('playwright-core');
const run = promisify(execFile);

let folder, standin, gateway, origin, atlassian, browser;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ticketgate-people-'));
  standin = spawn(process.env.TICKETGATE_BIN, ['standin', '--listen', '127.0.0.1:0', '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  standin.stdout.on('data', some => { said += some; });
  const facts = await seen(standin, () => JSON.parse(said));
  atlassian = facts.api_origin;
  const app = facts.apps.find(app => app.name === 'people');
  const picky = facts.apps.find(app => app.name === 'picky');
  for (const { name, client_secret } of [app, picky]) writeFileSync(join(folder, `${name}.secret`), client_secret, { mode: 0o600 });
  mkdirSync(join(folder, 'manifests'));
  writeFileSync(join(folder, 'ticketgate.toml'), [
    'listen = "127.0.0.1:0"', 'mode = "multi_user"', 'people.app = "people"', 'approval.accounts = ["local=nobody-of-these"]',
    ...facts.sites.map(site => `[sites.${site.name}]\nurl = "${site.origin}"\ncloud_id = "${site.cloud_id}"\napi_origin = "${atlassian}"`),
    ...[app, picky].map(({ name, client_id }) => `[apps.${name}]\nclient_id = "${client_id}"\nclient_secret_file = "${name}.secret"
authorize_url = "${atlassian}/authorize"\ntoken_url = "${atlassian}/oauth/token"\napi_origin = "${atlassian}"`),
  ].join('\n'));
  gateway = spawn(process.env.TICKETGATE_BIN, ['serve'], { cwd: folder, stdio: 'ignore' });
  origin = await seen(gateway, () => JSON.parse(readFileSync(join(folder, 'ticketgate-data/gateway.json'))).url);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});

after(async () => {
  await browser?.close();
  for (const process of [gateway, standin]) {
    if (process?.exitCode === null) { process.kill('SIGINT'); await once(process, 'exit'); }
  }
  rmSync(folder, { recursive: true, force: true });
});

async function seen(process, look) {
  for (let waited = 0; ; waited += 50) {
    assert.ok(waited < 60_000 && process.exitCode === null, 'never got ready');
    try { return look(); } catch { await new Promise(resolve => setTimeout(resolve, 50)); }
  }
}

async function visitor(options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', message => complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(String(error)));
  return { context, page, complaints };
}

// What is wrong with how a page looks; with TICKETGATE_PICTURES, a picture of it, too.
async function look(page, name) {
  if (process.env.TICKETGATE_PICTURES) await page.screenshot({ path: join(process.env.TICKETGATE_PICTURES, `${name}.png`), fullPage: true });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${name} is wider than the window`);
}

async function signIn(page, who) {
  await page.goto(origin);
  await page.getByRole('link', { name: 'Sign in with Atlassian' }).click();
  await page.waitForURL(url => url.href.startsWith(atlassian));
  await page.locator(`#as-${who}`).check();
  await page.locator('#accept').click();
  await page.waitForURL(`${origin}/`);
}

test('two people sign in on Atlassian’s page and each lands on a page of their own', async () => {
  for (const [who, name, other] of [['rosa', 'Rosa Release', 'Dan Data'], ['dan', 'Dan Data', 'Rosa Release']]) {
    const { context, page, complaints } = await visitor();
    await signIn(page, who);
    const text = await page.locator('main').innerText();
    assert.ok(text.includes(name) && text.includes('It works.') && !text.includes(other), text);
    await look(page, `home-${who}`);
    assert.deepEqual(complaints.filter(words => /Content Security Policy|Refused/.test(words)), []);
    await context.close();
  }
});

test('whoever says no is nobody, and can try again', async () => {
  const { context, page } = await visitor();
  await page.goto(`${origin}/auth/login`);
  await page.locator('#as-rosa').check();
  await page.locator('#deny').click();
  await page.getByRole('heading', { name: 'Not allowed' }).waitFor();
  await look(page, 'denied');
  await page.getByRole('link', { name: 'To the first page' }).click();
  await page.getByRole('link', { name: 'Sign in with Atlassian' }).waitFor();
  await context.close();
});

test('a person disconnects, and is nobody until they connect again', async () => {
  const { context, page } = await visitor();
  await signIn(page, 'petra');
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await page.getByRole('status').waitFor();
  await look(page, 'disconnected');
  await signIn(page, 'petra');
  assert.ok((await page.locator('main').innerText()).includes('It works.'));
  await context.close();
});

for (const [name, options] of [['wide', {}], ['narrow', { viewport: { width: 360, height: 740 } }], ['dark', { colorScheme: 'dark' }]]) {
  test(`an operator asks and a person consents, ${name}`, async () => {
    const { context, page } = await visitor(options);
    const { stdout } = await run(process.env.TICKETGATE_BIN, ['grant', 'authorize', `release-${name}`, '--app', 'picky', '--site', 'demo', '--wait', '0', '--json'], { cwd: folder });
    const { url } = JSON.parse(stdout);
    await page.goto(url);
    await page.locator('#as-admin').check();
    for (const site of ['demo', 'other']) await page.locator(`#site-${site}`).check();
    await page.locator('#accept').click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    const text = await page.locator('main').innerText();
    assert.ok(text.includes(`release-${name}`) && text.includes('It reaches more than that'), text);
    await look(page, `connected-${name}`);
    await page.reload();
    await page.getByRole('heading', { name: 'This leads nowhere' }).waitFor();
    await look(page, `nowhere-${name}`);
    await context.close();
  });
}

test('a consent that does not reach what was chosen says what it reaches', async () => {
  const { context, page } = await visitor();
  const { stdout } = await run(process.env.TICKETGATE_BIN, ['grant', 'authorize', 'elsewhere', '--app', 'picky', '--site', 'other', '--wait', '0', '--json'], { cwd: folder });
  await page.goto(JSON.parse(stdout).url);
  await page.locator('#as-sven').check();
  await page.locator('#site-demo').check();
  await page.locator('#site-other').uncheck();
  await page.locator('#accept').click();
  await page.getByRole('heading', { name: 'Not connected' }).waitFor();
  await look(page, 'not-connected');
  await context.close();
});

// A token of the person's own, made on their page.
async function ownToken(page, label) {
  await page.getByLabel('What it is for').fill(label);
  await page.getByRole('button', { name: 'Make it' }).click();
  const shown = page.locator('text=/tgu_[0-9A-Za-z]{49}/').first();
  await shown.waitFor();
  await look(page, `token-${label}`);
  return (await page.locator('main').innerText()).match(/tgu_[0-9A-Za-z]{49}/)[0];
}

const call = (token, path, options = {}) =>
  fetch(`${origin}${path}`, { ...options, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...options.headers } });

test('two people see different projects through the gateway, and the changelog has each by name', async () => {
  const people = {};
  for (const who of ['rosa', 'sven']) {
    const { context, page } = await visitor();
    await signIn(page, who);
    people[who] = { context, page, token: await ownToken(page, `script-of-${who}`) };
  }
  const keys = {};
  for (const [who, { token }] of Object.entries(people)) {
    const answer = await call(token, '/rest/api/3/project/search');
    assert.equal(answer.status, 200, await answer.clone().text());
    keys[who] = (await answer.json()).values.map(project => project.key).sort();
  }
  assert.ok(keys.sven.includes('SEC') && !keys.rosa.includes('SEC') && keys.rosa.includes('REL'), JSON.stringify(keys));
  for (const [who, issue, name] of [['rosa', 'REL-1', 'Rosa Release'], ['sven', 'SEC-1', 'Sven Security']]) {
    const { token, context } = people[who];
    const summary = `Seen to by ${name}`;
    const edited = await call(token, `/rest/api/3/issue/${issue}`, { method: 'PUT', body: JSON.stringify({ fields: { summary } }) });
    assert.equal(edited.status, 204, await edited.text());
    const { changelog } = await (await call(token, `/rest/api/3/issue/${issue}?expand=changelog`)).json();
    const author = changelog.histories.find(history => history.items.some(item => item.toString === summary)).author;
    assert.equal(author.displayName, name);
    await context.close();
  }
});

for (const [name, who, options] of [['wide', 'rosa', {}], ['narrow', 'sven', { viewport: { width: 360, height: 740 } }], ['dark', 'petra', { colorScheme: 'dark' }]]) {
  test(`a person asks for more for an hour and sees what becomes of it, ${name}`, async () => {
    const { context, page } = await visitor(options);
    await signIn(page, who);
    await page.getByLabel('What for').fill(`The release is stuck (${name})`);
    await page.getByLabel('What it adds').fill('[operations]\nids = ["deleteIssue"]\n');
    await page.getByRole('button', { name: 'Ask' }).click();
    const card = page.getByRole('region', { name: `The release is stuck (${name})` });
    await card.getByText('Waits for somebody').waitFor();
    await look(page, `more-waits-${name}`);
    const { stdout } = await run(process.env.TICKETGATE_BIN, ['elevations', '--json'], { cwd: folder });
    const { digest } = JSON.parse(stdout).find(one => one.reason.includes(`(${name})`));
    await run(process.env.TICKETGATE_BIN, ['approve', digest], { cwd: folder });
    await page.reload();
    await card.getByText('Holds until').waitFor();
    await look(page, `more-holds-${name}`);
    await card.getByRole('button', { name: 'Give it back' }).click();
    await card.getByText('Is over since').waitFor();
    // What makes no sense says why.
    await page.getByLabel('What for').fill('nothing');
    await page.getByLabel('What it adds').fill('[operations]\nids = ["getIsue"]\n');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByRole('heading', { name: 'Nothing has changed' }).waitFor();
    await look(page, `more-refused-${name}`);
    await context.close();
  });
}

test('whoever takes the access away at Atlassian hears within one call what happened and where to connect again', async () => {
  const { context, page } = await visitor();
  await signIn(page, 'dan');
  const token = await ownToken(page, 'script-of-dan');
  assert.equal((await call(token, '/rest/api/3/myself')).status, 200);
  await page.goto(`${atlassian}/connected-apps?as=dan`);
  await page.locator('#revoke-people').click();
  await page.waitForLoadState();
  const refused = await call(token, '/rest/api/3/myself');
  assert.equal(refused.headers.get('ticketgate-refusal'), 'reconnect-required');
  const words = (await refused.json()).errorMessages.join(' ');
  assert.ok(words.includes('revoked the access') && words.includes(`${origin}/auth/login`), words);
  await page.goto(origin);
  await look(page, 'home-revoked');
  await page.getByRole('link', { name: 'Reconnect' }).waitFor();
  await context.close();
});
