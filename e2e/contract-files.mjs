// The attachments of a contract at the desk: folders, versions, the bin, what the customer sees, a large file, one that is stopped.
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, browser, check, demo, deskPage, equal, folder, leave, must, phone, rpc, run, serve, until } from './lib.mjs';

/** A paper of one empty page that a reader takes without mending it. */
const pdf = (text) => {
  const parts = ['%PDF-1.4\n', '1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n', '2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n', `3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/PieceInfo(${text.replace(/[^ -~]/g, '?')})>>\nendobj\n`];
  const at = parts.map((_, i) => parts.slice(0, i).join('').length);
  const body = parts.join('');
  return Buffer.from(`${body}xref\n0 4\n0000000000 65535 f \n${at.slice(1).map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`, 'latin1');
};

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const customer = (await rpc(page, 'Customers.List', { words: '', state: '', customerId: '', method: '', from: '', to: '', sort: '', desc: false, cursor: '', limit: 1 })).rows[0];
  const form = { id: '', version: 0, title: 'Bail commercial, 12 rue des Lices', customerId: customer.publicId ?? customer.id, typeId: '', ownerId: '', startOn: '2026-12-01', endOn: '', renewal: 'none', renewalMonths: 0, noticeCount: 0, noticeUnit: 'month', remindDays: 30, valueMinor: 0, currency: 'EUR', description: '', notes: '' };
  const contract = await rpc(page, 'Contracts.Save', form, 'key-e2e-contract');
  const tree = () => rpc(page, 'ContractFiles.List', contract.id);
  const file = (name) => page.getByRole('button', { name, exact: true });
  const menu = async (name, entry) => { await page.getByRole('button', { name: `Actions pour ${name}` }).click(); await page.getByRole('menuitem', { name: entry, exact: false }).first().click(); };
  mkdirSync(join(home, 'Annexes', 'Plans'), { recursive: true });
  writeFileSync(join(home, 'Annexes', 'état des lieux.pdf'), pdf('etat'));
  writeFileSync(join(home, 'Annexes', 'Plans', 'rez-de-chaussée.pdf'), pdf('rdc'));
  writeFileSync(join(home, 'Annexes', 'Thumbs.db'), 'x');
  writeFileSync(join(home, 'bail.pdf'), pdf('bail'));
  writeFileSync(join(home, 'piege.pdf'), '<html><script>alert(1)</script>');
  await page.goto(`${program.base}/#/contracts/${contract.id}/files`);

  await must('an empty tab says what it will hold', async () => { await page.getByText('Aucune pièce jointe').waitFor(); });
  await must('a file and a whole folder are added', async () => {
    await page.getByTestId('contract-file-input').setInputFiles(join(home, 'bail.pdf'));
    await file('bail.pdf').waitFor();
    await page.getByLabel('Ajouter un dossier entier').setInputFiles(join(home, 'Annexes'));
    await file('rez-de-chaussée.pdf').waitFor();
    await file('état des lieux.pdf').waitFor();
    const t = await tree();
    equal(t.folders.map((f) => f.name).sort().join(), 'Annexes,Plans', 'folders');
    equal(t.files.length, 3, 'files: what the system leaves in folders stays out');
  });
  await check('what is no paper is refused by its name, and goes off the list', async () => {
    await page.getByTestId('contract-file-input').setInputFiles(join(home, 'piege.pdf'));
    await page.getByText('n’est pas d’un type accepté').waitFor();
    await page.getByRole('button', { name: 'Retirer piege.pdf de cette liste' }).click();
    equal((await tree()).files.length, 3, 'files');
  });
  trouble.splice(0); // the refusal is an answer of 422
  await check('a name that is taken is asked about, and becomes the next version', async () => {
    writeFileSync(join(home, 'bail.pdf'), pdf('bail, loyer corrigé'));
    await page.getByTestId('contract-file-input').setInputFiles(join(home, 'bail.pdf'));
    await page.getByTestId('taken-version').click();
    await until('the version', async () => (await tree()).files.find((f) => f.name === 'bail.pdf')?.n === 2);
  });
  await check('versions: a note, the list, the bytes of the first one', async () => {
    await menu('bail.pdf', 'Versions, nouvelle version');
    writeFileSync(join(home, 'bail-3.pdf'), pdf('bail, troisième'));
    await page.getByTestId('version-input').setInputFiles(join(home, 'bail-3.pdf'));
    await page.getByLabel('Ce qui a changé (facultatif)').fill('Dépôt de garantie');
    await page.getByTestId('version-add').click();
    await page.getByText('Dépôt de garantie').first().waitFor();
    const [got] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Télécharger la version 1' }).click()]);
    equal(got.suggestedFilename(), 'bail-v1.pdf', 'name');
    assert(readFileSync(await got.path()).equals(pdf('bail')), 'other bytes');
    await page.keyboard.press('Escape');
  });
  await check('one is shown, a folder with all in it, and the green line says so in words once the contract is shared', async () => {
    await menu('bail.pdf', 'Afficher dans le portail client');
    await menu('Annexes', 'Afficher dans le portail client');
    await until('the flags', async () => (await tree()).files.every((f) => f.inPortal));
    await page.getByText('Visible après partage').first().waitFor();
    await menu('Plans', 'Masquer');
    await until('the flag', async () => !(await tree()).files.find((f) => f.name === 'rez-de-chaussée.pdf').inPortal);
  });
  await check('keys: arrows, rename by F2, delete, undo', async () => {
    await file('bail.pdf').focus();
    await page.keyboard.press('F2');
    await page.getByRole('dialog').getByLabel('Nom').fill('Bail signé');
    await page.keyboard.press('Enter');
    await file('Bail signé.pdf').focus();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Annuler' }).click();
    await until('it is back', async () => (await tree()).files.some((f) => f.name === 'Bail signé.pdf'));
  });
  await check('the bin gives back', async () => {
    await menu('état des lieux.pdf', 'Supprimer');
    await until('it is gone', async () => (await tree()).removed === 1);
    await page.getByTestId('contract-files-more').click();
    await page.getByRole('menuitem', { name: 'Corbeille' }).click();
    await page.getByTestId('bin-restore').click();
    await until('it is back', async () => (await tree()).removed === 0);
    await page.keyboard.press('Escape');
  });
  await check('several are moved at once, and come in one archive', async () => {
    await page.getByLabel('Choisir Bail signé.pdf').check();
    await page.getByLabel('Choisir rez-de-chaussée.pdf').check();
    await page.getByRole('toolbar').getByRole('button', { name: 'Déplacer' }).click();
    await page.getByRole('combobox', { name: 'Dossier de destination' }).click();
    await page.getByRole('option', { name: 'Annexes', exact: true }).click();
    await page.getByTestId('move-save').click();
    const annexes = (await tree()).folders.find((f) => f.name === 'Annexes').id;
    await until('the place', async () => (await tree()).files.every((f) => f.folderId === annexes));
    const [got] = await Promise.all([page.waitForEvent('download'), page.getByRole('toolbar').getByRole('button', { name: 'Télécharger' }).click()]);
    assert(readFileSync(await got.path()).includes('Annexes/Bail sign'), 'no folder in the archive');
    await page.getByRole('button', { name: 'Effacer la sélection' }).click().catch(() => page.keyboard.press('Escape'));
  });
  await check('dropped files land in the folder under them', async () => {
    const data = await page.evaluateHandle(() => { const d = new DataTransfer(); d.items.add(new File(['%PDF-1.4 avenant'], 'avenant.pdf', { type: 'application/pdf' })); return d; });
    const row = page.getByRole('row').filter({ hasText: 'Plans' });
    await row.dispatchEvent('dragover', { dataTransfer: data });
    await row.dispatchEvent('drop', { dataTransfer: data });
    const plans = (await tree()).folders.find((f) => f.name === 'Plans').id;
    await until('it is there', async () => (await tree()).files.find((f) => f.name === 'avenant.pdf')?.folderId === plans);
  });
  await check('50 MB go up and come back; one byte too many is refused before it is sent', async () => {
    const big = join(home, 'plans complets.pdf');
    const w = createWriteStream(big);
    w.write('%PDF-1.4\n');
    for (let i = 0; i < 49; i++) w.write(Buffer.alloc(1 << 20, 120));
    await new Promise((done) => w.end(done));
    await page.getByTestId('contract-file-input').setInputFiles(big);
    await until('it is there', async () => (await tree()).files.some((f) => f.name === 'plans complets.pdf'), 60_000);
    const w2 = createWriteStream(join(home, 'trop.pdf'));
    for (let i = 0; i < 51; i++) w2.write(Buffer.alloc(1 << 20, 120));
    await new Promise((done) => w2.end(done));
    await page.getByTestId('contract-file-input').setInputFiles(join(home, 'trop.pdf'));
    await page.getByText('dépasse la limite de 50').waitFor();
  });
  await check('an upload that is stopped on its way leaves nothing', async () => {
    const before = (await tree()).files.length;
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 300_000 });
    writeFileSync(join(home, 'lent.pdf'), Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(20 << 20, 120)]));
    await page.getByTestId('contract-file-input').setInputFiles(join(home, 'lent.pdf'));
    await page.getByRole('progressbar', { name: 'lent.pdf' }).waitFor();
    await page.getByRole('button', { name: 'Arrêter l’envoi de lent.pdf' }).click();
    await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    await page.getByRole('progressbar', { name: 'lent.pdf' }).waitFor({ state: 'detached' });
    equal((await tree()).files.length, before, 'files');
  });
  await check('once the contract is shared, the line beside what the customer sees is said in words', async () => {
    const plan = await rpc(page, 'ContractSharing.Look', { contractId: contract.id, version: 0, requesterId: '', watcherIds: [], allFiles: false, again: false });
    const requester = plan.people.find((p) => !p.barred) ?? plan.people[0];
    await rpc(page, 'ContractSharing.Share', { contractId: contract.id, version: plan.version, requesterId: requester.id, watcherIds: [], allFiles: false, again: false }, 'key-e2e-share');
    await page.getByRole('row').filter({ hasText: 'état des lieux.pdf' }).getByTestId('in-portal').waitFor();
    equal(await page.getByRole('row').filter({ hasText: 'rez-de-chaussée.pdf' }).getByTestId('in-portal').count(), 0, 'lines beside what is hidden');
  });
  if (process.env.E2E_LOOK) await look(page, program, contract.id, home);
  equal(trouble.join('\n'), '', 'trouble in the pages');
  await leave(b, program);
});

/** Pictures of the tab in both sizes, languages and schemes. */
async function look(page, program, id, home) {
  const dir = process.env.E2E_PICTURES ?? home;
  for (const [name, size] of [['desk', { width: 1280, height: 800 }], ['phone', phone]]) {
    for (const [lang, scheme] of [['fr', 'light'], ['en', 'dark']]) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: scheme });
      await page.unroute('**/rpc/System.Status').catch(() => undefined);
      await page.route('**/rpc/System.Status', async (route) => {
        const answer = await (await route.fetch()).json();
        if (answer.result?.company) Object.assign(answer.result.company, { language: lang, theme: scheme });
        await route.fulfill({ json: answer });
      });
      await page.evaluate((l) => localStorage.setItem('lang', l), lang);
      await page.goto(`${program.base}/#/`);
      await page.reload();
      await page.goto(`${program.base}/#/contracts/${id}/files`);
      await page.getByTestId('contract-files').waitFor();
      await page.screenshot({ path: join(dir, `files-${name}-${lang}-${scheme}.png`), fullPage: true });
      await page.getByRole('button', { name: 'Bail signé.pdf', exact: true }).click();
      await page.waitForTimeout(900);
      await page.screenshot({ path: join(dir, `preview-${name}-${lang}-${scheme}.png`) });
      await page.getByTestId('file-versions').click();
      await page.waitForTimeout(600);
      await page.screenshot({ path: join(dir, `versions-${name}-${lang}-${scheme}.png`) });
      await page.keyboard.press('Escape');
    }
  }
  console.log(`pictures in ${dir}`);
}
