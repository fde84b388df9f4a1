// Files between the firm and a customer: dropped at the desk, found in the portal, handed over by the customer, seen at the desk.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, browser, check, demo, deskPage, equal, folder, leave, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';

const pdf = (text) => Buffer.from(`%PDF-1.4\n% ${text}\n`);

run(async () => {
  const home = folder();
  const firm = await demo(home);
  const program = await serve(home, '--data', firm);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const waiting = await rpc(page, 'Shared.Waiting');
  assert(waiting.length > 0, 'the demo company has a file that waits');
  const customer = { id: waiting[0].customerId, name: waiting[0].customerName };
  const open = (path) => page.goto(`${program.base}/#${path}`);
  const paths = ['plan.pdf', 'piege.pdf'].map((n) => join(home, n));
  writeFileSync(paths[0], pdf('plan'));
  writeFileSync(paths[1], '<html><script>alert(1)</script>');

  await must('a file is shared from the customer page, with one mail', async () => {
    await open(`/customers/${customer.id}`);
    await page.getByTestId('file-input').setInputFiles(paths[0]);
    await page.getByLabel('Note pour le client (facultatif)').fill('Version du 21 novembre');
    await page.getByLabel('Prévenir le client par courriel').check();
    await page.getByTestId('share-files').click();
    await page.getByRole('button', { name: 'plan.pdf', exact: true }).waitFor();
  });
  await check('what is no paper and no picture is refused beside the form, and nothing is kept', async () => {
    await page.getByTestId('file-input').setInputFiles(paths[1]);
    await page.getByTestId('share-files').click();
    await page.getByText('n’est pas d’un type accepté').waitFor();
    equal((await rpc(page, 'Shared.OfCustomer', customer.id, '')).rows.filter((f) => f.name === 'piege.pdf').length, 0, 'files kept');
    await page.getByRole('button', { name: 'Annuler' }).click();
  });
  trouble.splice(0); // the refusal is an answer of 422, as it should be

  const mail = await until('the mail', async () => (await rpc(page, 'Mail.Arrived')).find((m) => /à votre disposition|for you/.test(m.subject)));
  const link = /https?:\/\/\S+\/l\/\S+/.exec((await rpc(page, 'Mail.ArrivedMail', mail.id)).text)[0];
  const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, acceptDownloads: true });
  await context.addCookies([{ name: `langue-${new URL(link).port}`, value: 'fr', url: new URL(link).origin }]); // whatever the contact speaks
  const anne = await context.newPage();
  watch(anne, trouble);
  await must('the mailed link leads to it, and the portal gives it as an attachment', async () => {
    await anne.goto(link);
    await anne.goto(`${new URL(link).origin}/documents`);
    const [got] = await Promise.all([anne.waitForEvent('download'), anne.getByRole('link', { name: 'plan.pdf' }).click()]);
    equal(got.suggestedFilename(), 'plan.pdf', 'name');
    assert(readFileSync(await got.path()).equals(pdf('plan')), 'other bytes');
    const r = await context.request.get(`${new URL(link).origin}${await anne.getByRole('link', { name: 'plan.pdf' }).getAttribute('href')}`);
    assert(r.headers()['content-disposition'].startsWith('attachment') && r.headers()['content-security-policy'].includes('sandbox'), JSON.stringify(r.headers()));
  });
  await check('the desk sees that it was opened', async () => {
    await until('the mark', async () => (await rpc(page, 'Shared.OfCustomer', customer.id, '')).rows.find((f) => f.name === 'plan.pdf').seenAt);
    await open('/');
    await open(`/customers/${customer.id}`);
    await page.getByText('Vu par le client').first().waitFor();
  });
  await must('the customer hands a file over, without a script too', async () => {
    const plainContext = await b.newContext({ viewport: phone, locale: 'fr-FR', javaScriptEnabled: false, storageState: await context.storageState() });
    const p = await plainContext.newPage();
    await p.goto(`${new URL(link).origin}/documents`);
    await p.locator('.upload summary').click();
    await p.locator('#fichier').setInputFiles({ name: 'mur nord.png', mimeType: 'image/png', buffer: Buffer.from('89504e470d0a1a0a00', 'hex') });
    await p.locator('#fichier-note').fill('Voici le mur');
    await p.locator('.upload button[type=submit]').click();
    await p.waitForURL(/fait=depot/);
    assert(plain(await p.locator('main').innerText()).includes('bien arrivés'), 'no word of thanks');
    await p.goto(`${new URL(link).origin}/documents`);
    await p.locator('.upload summary').click();
    await p.locator('#fichier').setInputFiles({ name: 'image.svg.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="x()"/>') });
    await p.locator('.upload button[type=submit]').click();
    assert(plain(await p.locator('main').innerText()).includes('n’ont pas été pris'), 'a page was taken for a picture');
    await leave(plainContext);
  });
  await check('the firm is told, and sees it with who and when', async () => {
    const files = await rpc(page, 'Shared.Waiting');
    const wall = files.find((f) => f.name === 'mur nord.png');
    assert(wall && wall.fromCustomer && wall.author && wall.note === 'Voici le mur', JSON.stringify(files));
    assert((await rpc(page, 'System.Notifications')).some((n) => n.kind === 'file_uploaded' && n.text.includes('mur nord.png')), 'no notice');
  });
  await check('a removed file is gone for the customer', async () => {
    const f = (await rpc(page, 'Shared.OfCustomer', customer.id, '')).rows.find((x) => x.name === 'plan.pdf');
    await rpc(page, 'Shared.Remove', f.id);
    const r = await context.request.get(`${new URL(link).origin}/documents/${f.id}`);
    equal(r.status(), 404, 'status');
  });
  await check('chosen invoices go into one archive, with a result for each', async () => {
    await open('/invoices?state=paid');
    const boxes = page.getByRole('checkbox');
    await boxes.nth(1).check();
    await boxes.nth(2).check();
    const [got] = await Promise.all([page.waitForEvent('download'), page.getByTestId('bulk-zip').click()]);
    assert(got.suggestedFilename().endsWith('.zip'), got.suggestedFilename());
    assert(readFileSync(await got.path()).subarray(0, 4).equals(Buffer.from('PK\x03\x04')), 'no archive');
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
