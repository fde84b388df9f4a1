// The provisioning interface: a token made in Paramètres, docs/api.md run as it stands, an event heard and its
// signature checked, the token revoked.
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { assert, browser, check, demo, desk, deskPage, equal, finallyDo, folder, must, out, phone, rpc, run, serve, until } from './lib.mjs';

const sh = promisify(execFile);

run(async () => {
  const home = folder();
  const trouble = [];
  const program = await serve(home, '--data', await demo(home, 40));
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const portal = await until('the portal', async () => (await rpc(page, 'Provisioning.View')).base);

  const heard = [];
  const ear = createServer((q, r) => { let text = ''; q.on('data', (x) => { text += x; }); q.on('end', () => { heard.push({ headers: q.headers, text }); r.writeHead(204).end(); }); });
  await new Promise((ok) => ear.listen(0, '127.0.0.1', ok));
  finallyDo(() => ear.close());

  await check('off, the interface is not there', async () => {
    if ((await rpc(page, 'Provisioning.View')).on) await rpc(page, 'Provisioning.SetOn', false);
    equal((await fetch(`${portal}/accounts`)).status, 404, 'the status');
    equal((await fetch(`${portal}/docs`)).status, 404, 'the status of the page');
    await rpc(page, 'Provisioning.SetOn', true);
  });

  const token = await must('a token is made and shown once', async () => {
    await page.goto(`${program.base}/#/settings/api`);
    await page.getByTestId('new-token').click();
    await page.getByTestId('make-token').click();
    await page.locator('[data-field="name"][aria-invalid="true"], [data-field="name"] [aria-invalid="true"]').first().waitFor();
    await page.getByTestId('token-name').fill('Passerelle Evatel');
    for (const scope of ['accounts:read', 'accounts:write', 'documents:read', 'payments:read', 'phone:write']) await page.getByTestId(`choice-${scope}`).check();
    await page.screenshot({ path: `${out}/api-token-form.png`, fullPage: true });
    await page.getByTestId('make-token').click();
    const secret = await page.getByTestId('secret').innerText();
    assert(/^cpt_[\w-]{43}$/.test(secret), `the token: ${secret.slice(0, 8)}`);
    await page.screenshot({ path: `${out}/api-token-told.png`, fullPage: true });
    const copies = await page.getByRole('button', { name: /^Copier/ }).evaluateAll((all) => all.map((x) => x.getAttribute('aria-label')));
    equal(copies, ['Copier l’adresse', 'Copier le SPID', 'Copier le secret'], 'names of the buttons that copy');
    await page.getByTestId('secret-kept').click();
    await page.getByTestId('secret').waitFor({ state: 'detached' });
    const row = page.getByTestId('token').filter({ hasText: 'Passerelle Evatel' });
    for (const size of [phone, desk]) {
      await page.setViewportSize(size);
      // Both at one moment: the page may still be on its way to the new width.
      await until(`the act stands at the right of its row at ${size.width}`, () => row.evaluate((el) => {
        const [all, act] = [el.getBoundingClientRect(), el.querySelector('[data-testid=revoke]').getBoundingClientRect()];
        return Math.abs(all.right - act.right) < 2 && act.left > (all.left + all.right) / 2;
      }));
    }
    return secret;
  });

  const secret = await must('an address is told of events', async () => {
    await page.getByTestId('new-webhook').click();
    await page.getByTestId('webhook-url').fill(`http://127.0.0.1:${ear.address().port}/evenements`);
    for (const kind of ['account.created', 'account.updated', 'account.suspended', 'account.resumed']) await page.getByTestId(`choice-${kind}`).check();
    await page.getByTestId('save-webhook').click();
    const told = await page.getByTestId('secret').innerText();
    await page.getByTestId('secret-kept').click();
    await page.getByTestId('webhook').filter({ hasText: '/evenements' }).getByTestId('test-webhook').click();
    await until('the test', () => heard.some((h) => h.headers['comptoir-event'] === 'ping'));
    return told;
  });

  const { spid } = await rpc(page, 'Provisioning.View');
  await check('docs/api.md runs as it stands', async () => {
    const blocks = [...readFileSync(new URL('../docs/api.md', import.meta.url), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map((m) => m[1]);
    assert(blocks.length >= 7, `${blocks.length} blocks`);
    for (const text of blocks) await sh('bash', ['-euo', 'pipefail', '-c', text], { cwd: home, env: { ...process.env, API: portal, TOKEN: token, SPID: spid } });
    const account = await (await fetch(`${portal}/accounts/EV-4711`, { headers: { Authorization: `Bearer ${token}`, 'Comptoir-SPID': spid } })).json();
    equal([account.state, account.name, account.contacts.length], ['active', 'Librairie Vernet', 1], 'the account');
    assert(readFileSync(`${home}/facture.pdf`).subarray(0, 4).toString() === '%PDF', 'the PDF');
  });

  await check('what was done was told, signed', async () => {
    await until('the events', () => heard.some((h) => h.headers['comptoir-event'] === 'account.resumed'));
    for (const h of heard) {
      const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(h.headers['comptoir-signature']);
      equal(v1, createHmac('sha256', secret).update(`${t}.${h.text}`).digest('hex'), 'the signature');
      equal(JSON.parse(h.text).id, h.headers['comptoir-event-id'], 'the id');
    }
    equal([...new Set(heard.map((h) => h.headers['comptoir-event']))], ['ping', 'account.created', 'account.updated', 'account.suspended', 'account.resumed'], 'the events');
  });

  await check('suspended in the window: said on its page, in the list and in pickers, told as an event, lifted again', async () => {
    const { rows } = await rpc(page, 'Customers.List', { words: 'EV-4711', limit: 5 });
    equal(rows.map((r) => r.name), ['Librairie Vernet'], 'the customer by its code');
    const act = async (name, reason) => {
      await page.getByRole('button', { name: 'Plus d’actions' }).first().click();
      await page.getByRole('menuitem', { name }).click();
      if (reason) await page.locator('[data-field="reason"]').fill(reason);
      await page.getByTestId('do-suspend').click();
      await page.getByTestId('do-suspend').waitFor({ state: 'detached' });
    };
    const before = heard.length;
    await page.goto(`${program.base}/#/customers/${rows[0].publicId}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByTestId('customer-history').getByText('Overdue since July').waitFor(); // what docs/api.md said with its call
    await act('Suspendre l’accès au portail', 'Factures de septembre impayées');
    await page.locator('header').getByText('Suspendu', { exact: true }).waitFor();
    await page.getByTestId('customer-history').getByText('Factures de septembre impayées').waitFor();
    await page.screenshot({ path: `${out}/customer-suspended.png` });
    await page.goto(`${program.base}/#/customers?state=suspended`);
    await page.getByRole('row').filter({ hasText: 'Librairie Vernet' }).getByText('Suspendu').waitFor();
    await page.screenshot({ path: `${out}/customers-suspended.png` });
    await page.goto(`${program.base}/#/invoices/new`);
    await page.getByTestId('customer').fill('Vernet');
    await page.getByRole('option').filter({ hasText: 'suspendu' }).waitFor();
    await until('the event', () => heard.slice(before).some((h) => h.headers['comptoir-event'] === 'account.suspended'));
    await page.goto(`${program.base}/#/customers/${rows[0].publicId}`);
    await act('Rétablir l’accès au portail');
    await page.locator('header').getByText('Suspendu', { exact: true }).waitFor({ state: 'detached' });
    await until('the other event', () => heard.slice(before).some((h) => h.headers['comptoir-event'] === 'account.resumed'));
  });

  await check('the log tells what was sent, and sends it again', async () => {
    await page.goto(`${program.base}/#/settings/api`);
    if (!await page.getByTestId('deliveries').isVisible()) await page.getByTestId('webhook').filter({ hasText: '/evenements' }).getByTestId('open-log').click();
    await page.getByTestId('deliveries').getByText('account.created').waitFor();
    await page.screenshot({ path: `${out}/api-log.png` });
    const before = heard.length;
    await page.getByTestId('redeliver').first().click();
    await until('the event once more', () => heard.length > before);
    await page.keyboard.press('Escape');
  });

  await check('the section and the page can be looked at', async () => {
    for (const [name, size, scheme] of [['desk', desk, 'light'], ['phone', phone, 'light'], ['dark', desk, 'dark']]) {
      const other = await deskPage(b, program, trouble, { viewport: size, colorScheme: scheme, locale: name === 'dark' ? 'en-CA' : 'fr-FR', storageState: await page.context().storageState() });
      await other.goto(`${program.base}/#/settings/api`);
      await other.getByTestId('token').first().waitFor();
      const wide = await other.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert(wide <= 0, `${name}: ${wide} px too wide`);
      await other.screenshot({ path: `${out}/api-${name}.png`, fullPage: true });
      await other.goto(`${portal}/docs?lang=${name === 'dark' ? 'en' : 'fr'}`);
      await other.getByRole('heading', { level: 1 }).waitFor();
      const over = await other.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert(over <= 0, `the page, ${name}: ${over} px too wide`);
      await other.screenshot({ path: `${out}/api-docs-${name}.png` });
      await other.context().close();
    }
  });

  await check('revoked, the token opens nothing', async () => {
    await page.goto(`${program.base}/#/settings/api`);
    await page.getByTestId('token').filter({ hasText: 'Passerelle Evatel' }).getByTestId('revoke').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Révoquer', exact: true }).click();
    await until('the refusal', async () => (await fetch(`${portal}/accounts`, { headers: { Authorization: `Bearer ${token}` } })).status === 401);
  });
  equal(trouble.filter((x) => !/422|404/.test(x)), [], 'trouble of the pages');
});
