// The pages in a real browser, against a demo of their own: what a person sees and clicks, and what a browser enforces.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

// Installed into a cache folder, not beside this file.
const { chromium } = createRequire(process.env.TICKETGATE_NODE_MODULES + '/')('playwright-core');

// RFC 7636, appendix B.
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const APP = 'desk-app';

let folder, demo, ready, browser, program, back;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ticketgate-pages-'));
  const file = join(folder, 'ready.json');
  demo = spawn(process.env.TICKETGATE_BIN, ['demo', '--listen', '127.0.0.1:0', '--data-dir', join(folder, 'data'), '--ready-file', file], { stdio: 'ignore' });
  for (let waited = 0; !ready; waited += 50) {
    assert.ok(waited < 60_000 && demo.exitCode === null, 'the demo never got ready');
    try { ready = JSON.parse(readFileSync(file)); } catch { await new Promise(resolve => setTimeout(resolve, 50)); }
  }
  // The program on this computer that the browser comes back to.
  program = createServer((_, answer) => answer.end('<!doctype html><title>back</title>')).listen(0, '127.0.0.1');
  await once(program, 'listening');
  back = `http://127.0.0.1:${program.address().port}/back`;
  const asked = { client: APP, owner: 'team-desk@example.com', purpose: 'A desk for your issues', public: true, redirect_uris: ['http://127.0.0.1/back'] };
  await operate('POST', '/api/v1/clients', asked, 201);
  writeFileSync(join(folder, 'data/manifests', `${APP}.toml`), `owner = "team-desk@example.com"
purpose = "Shows and changes issues"
site = "demo"
grant = "demo-service-account"
scopes = ["read:jira-work", "write:jira-work"]
[operations]
effects = ["read"]
ids = ["editIssue"]
`);
  await operate('POST', '/api/v1/manifests/publish', undefined, 200);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});

after(async () => {
  await browser?.close();
  program?.close();
  if (demo?.exitCode === null) { demo.kill('SIGINT'); await once(demo, 'exit'); }
  rmSync(folder, { recursive: true, force: true });
});

async function operate(method, path, body, status) {
  const headers = { authorization: `Bearer ${ready.operator_token}`, 'content-type': 'application/json' };
  const answer = await fetch(ready.gateway + path, { method, headers, body: body && JSON.stringify(body) });
  assert.equal(answer.status, status, await answer.text());
}

function ask() {
  const parameters = { response_type: 'code', client_id: APP, redirect_uri: back, state: 's-1', code_challenge: CHALLENGE, code_challenge_method: 'S256' };
  return `${ready.gateway}/oauth/authorize?${new URLSearchParams(parameters)}`;
}

async function visitor(options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', message => complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(String(error)));
  return { context, page, complaints };
}

test('a person signs in, allows a program something with the keyboard, and ends it', async () => {
  const { context, page, complaints } = await visitor();
  await page.goto(ask());
  await page.getByRole('button', { name: /Rosa Release/ }).click();
  await assert.doesNotReject(page.getByRole('heading', { name: /desk-app/ }).waitFor());
  await page.getByRole('button', { name: 'Allow', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(url => url.href.startsWith(back));
  const answer = new URL(page.url()).searchParams;
  assert.equal(answer.get('state'), 's-1');
  assert.equal(answer.get('iss'), ready.gateway);
  const form = { grant_type: 'authorization_code', client_id: APP, code: answer.get('code'), redirect_uri: back, code_verifier: VERIFIER };
  const tokens = await (await fetch(ready.token_url, { method: 'POST', body: new URLSearchParams(form) })).json();
  const issue = () => fetch(`${ready.gateway}/rest/api/3/issue/REL-1`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  assert.equal((await issue()).status, 200);
  await page.goto(ready.gateway);
  await page.getByRole('button', { name: 'End this' }).click();
  await page.getByRole('status').waitFor();
  assert.equal((await issue()).status, 401);
  assert.deepEqual(complaints.filter(words => /Content Security Policy|Refused/.test(words)), []);
  await context.close();
});

test('saying no goes back to the program with nothing', async () => {
  const { context, page } = await visitor();
  await page.goto(ask());
  await page.getByRole('button', { name: /Dan Data/ }).click();
  await page.getByRole('button', { name: 'Do not allow' }).click();
  await page.waitForURL(url => url.href.startsWith(back));
  assert.equal(new URL(page.url()).searchParams.get('error'), 'access_denied');
  await context.close();
});

test('no other page can show these pages in a frame or send their forms', async () => {
  const { context, page } = await visitor();
  await page.goto(ask());
  await page.getByRole('button', { name: /Rosa Release/ }).click();
  await page.goto(back);
  await page.setContent(`<iframe src="${ready.gateway}/"></iframe><form method="post" action="${ready.gateway}/auth/logout"><button>x</button></form>`);
  const frame = page.frames().find(frame => frame !== page.mainFrame());
  assert.ok(!(await frame.content()).includes('Rosa'), 'framed');
  const [answer] = await Promise.all([page.waitForResponse(response => response.url().endsWith('/auth/logout')), page.getByRole('button', { name: 'x' }).click()]);
  assert.equal(answer.status(), 403);
  await page.goto(ready.gateway);
  assert.ok((await page.content()).includes('Rosa Release'), 'still signed in');
  await context.close();
});

for (const [name, options] of [['at 360 pixels', { viewport: { width: 360, height: 740 } }], ['in the dark', { colorScheme: 'dark' }]]) {
  test(`every page fits and can be read ${name}`, async () => {
    const { context, page } = await visitor(options);
    const look = async () => {
      const found = await page.evaluate(() => {
        const channels = colour => colour.match(/[\d.]+/g).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
          .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
        const behind = element => {
          for (let at = element; at; at = at.parentElement) {
            const colour = channels(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] > 0) return colour;
          }
          return [255, 255, 255];
        };
        const faint = [...document.querySelectorAll('main *, header *')].filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
          .map(element => {
            const [a, b] = [light(channels(getComputedStyle(element).color)), light(behind(element))];
            return [element.textContent.trim().slice(0, 40), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
          }).filter(([, ratio]) => ratio < 4.5);
        return { wide: document.documentElement.scrollWidth > innerWidth, faint };
      });
      assert.deepEqual(found, { wide: false, faint: [] }, page.url());
    };
    await page.goto(ready.gateway); await look();
    await page.goto(ask()); await look();
    await page.getByRole('button', { name: /Sven Security/ }).click(); await look();
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.waitForURL(url => url.href.startsWith(back));
    await page.goto(ready.gateway); await look();
    await page.goto(`${ready.gateway}/auth/logout`); await look();
    await page.goto(`${ready.gateway}/oauth/authorize?client_id=nobody`); await look();
    await context.close();
  });
}
