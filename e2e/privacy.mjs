// Personal data of a contact: the archive is opened and read, the erasure is planned, ordered by name, and the contact no longer gets in.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { assert, browser, check, demo, deskPage, equal, folder, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';

const unzip = (file, name) => execFileSync('python3', ['-c', 'import sys,zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))', file, name], { maxBuffer: 64 << 20 });
const names = (file) => JSON.parse(execFileSync('python3', ['-c', 'import sys,json,zipfile; print(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))', file]).toString());

run(async () => {
  const home = folder();
  const firm = await demo(home);
  const program = await serve(home, '--data', firm);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const blank = await rpc(page, 'Customers.Get', '');
  const customer = await rpc(page, 'Customers.Save', { ...blank, name: 'Maison Oubliance', contacts: [
    { publicId: '', name: 'Léonie Oubliance', email: 'leonie@oubliance.example', phone: '', language: 'fr', isPrimary: true, portalAccess: true, version: 0 },
    { publicId: '', name: 'Marc Restant', email: 'marc@oubliance.example', phone: '', language: 'fr', isPrimary: false, portalAccess: true, version: 0 }] }, 'e2e-privacy-customer');
  const leonie = customer.contacts.find((k) => k.name.startsWith('Léonie'));
  const marc = customer.contacts.find((k) => k.name.startsWith('Marc'));
  await rpc(page, 'Customers.Invite', customer.publicId, leonie.publicId);
  const mail = await until('the invitation', async () => (await rpc(page, 'Mail.Arrived')).find((m) => JSON.stringify(m).includes('leonie@oubliance.example')));
  const link = /https?:\/\/\S+\/p\/\S+/.exec((await rpc(page, 'Mail.ArrivedMail', mail.id)).text)[0];
  const portal = new URL(link).origin;
  const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true, acceptDownloads: true });
  const own = await context.newPage();
  watch(own, trouble);
  const password = 'Chouette-43-bleue';

  await must('the contact chooses a password and comes in', async () => {
    await own.goto(link);
    await own.locator('input[type=password]').first().fill(password);
    await own.locator('main form button[type=submit]').last().click();
    await own.goto(`${portal}/profil/donnees`);
    assert(plain(await own.locator('main').innerText()).includes('Ce qui est conservé'), 'no page of its own data');
  });
  await check('the contact downloads its own data', async () => {
    const [got] = await Promise.all([own.waitForEvent('download'), own.locator('form[action="/profil/donnees"] button').click()]);
    const data = JSON.parse(unzip(await got.path(), 'data.json').toString());
    equal(data.contact.name, 'Léonie Oubliance', 'name');
    assert(data.acts.length > 0 && data.sessions.length > 0 && !JSON.stringify(data).includes('Marc Restant'), 'its sign-in is missing, or another contact is in it');
  });
  const open = () => page.goto(`${program.base}/#/customers/${customer.publicId}`);
  await must('the firm exports the same contact from the customer page', async () => {
    await open();
    const [got] = await Promise.all([page.waitForEvent('download'), page.getByTestId(`export-${leonie.publicId}`).click()]);
    assert(/^donnees-personnelles-.+\.zip$/.test(got.suggestedFilename()), got.suggestedFilename());
    const file = await got.path();
    const data = JSON.parse(unzip(file, 'data.json').toString());
    equal(data.format, 'comptoir-personal-data-1', 'format');
    equal(data.mails.filter((m) => m.to === 'leonie@oubliance.example').length > 0, true, 'mails');
    assert(names(file).includes('LISEZ-MOI.txt') && unzip(file, 'LISEZ-MOI.txt').toString().includes('Léonie'), 'no words about it');
    assert(readFileSync(file).length > 500, 'empty');
  });
  await check('how long is what kept is explained with its sources', async () => {
    await page.getByTestId('kept-open').click();
    const text = plain(await page.getByTestId('kept-list').innerText());
    assert(text.includes('L123-22') && text.includes('10 ans') && text.includes('Copies de sauvegarde'), text);
    await page.keyboard.press('Escape');
  });
  await check('the primary contact beside another with access is not erased', async () => {
    await page.getByTestId(`erase-${leonie.publicId}`).click();
    await page.getByText('choisissez d’abord un autre contact principal').waitFor();
    equal(await page.getByTestId('erase-confirm').count(), 0, 'button');
    await page.keyboard.press('Escape');
  });
  await must('another one leads, and the erasure asks for the name', async () => {
    await rpc(page, 'Customers.SwapPrimary', { customerId: customer.publicId, fromId: leonie.publicId, toId: marc.publicId }, 'e2e-privacy-swap');
    await page.goto(`${program.base}/#/`);
    await open();
    await page.getByTestId(`erase-${leonie.publicId}`).click();
    await page.getByText('Ce qui part, pour toujours').waitFor();
    const typed = page.getByLabel('Pour confirmer, écrivez le nom du contact');
    await typed.fill('Léonie');
    await page.getByTestId('erase-confirm').click();
    await page.getByText('Ce n’est pas le nom du contact.').waitFor();
    trouble.splice(0); // the refusal is an answer of 422, as it should be
    await typed.fill('Léonie Oubliance');
    await page.getByTestId('erase-confirm').click();
    await page.getByText('Données effacées').first().waitFor();
  });
  await check('nothing of the contact is left at the desk', async () => {
    equal((await rpc(page, 'Customers.Get', customer.publicId)).contacts.map((k) => k.name).join(), 'Marc Restant', 'contacts');
    equal((await rpc(page, 'System.Search', 'oubliance leonie')).length, 0, 'search');
    const mails = (await rpc(page, 'Mail.List', { state: '', search: '', after: '', limit: 200 })).rows;
    assert(!JSON.stringify(mails).includes('leonie@') && mails.some((m) => m.subject === 'Courriel effacé'), 'mails');
  });
  await check('the contact is out, and can no longer sign in', async () => {
    await own.goto(`${portal}/profil`);
    assert(own.url().includes('/connexion'), own.url());
    await own.locator('input[name=nom]').fill('leonie@oubliance.example');
    await own.locator('input[type=password]').fill(password);
    await own.locator('main form button[type=submit]').first().click();
    await own.locator('[role=alert], .fault').first().waitFor();
    assert(own.url().includes('/connexion'), own.url());
  });
  trouble.splice(0, trouble.length, ...trouble.filter((x) => !/422|401|403/.test(JSON.stringify(x))));
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
