// Groupe clients: the portal's two tabs as the firm fills them in, what they refuse, what they show before it is saved,
// leaving with unsaved changes, and how many contacts closing the portal touches.
import { assert, browser, check, demo, deskPage, equal, folder, must, rpc, run, serve, until } from './lib.mjs';

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home, 60));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  const groups = await rpc(page, 'Groups.List');
  const group = groups.find((g) => g.isDefault) ?? groups[0];
  const at = (tab) => `${program.base}/#/settings/groups/${group.publicId}${tab ? '/' + tab : ''}`;
  const field = (name) => page.locator(`[data-field="${name}"]`).first();
  const save = () => page.getByTestId('save-group').click();
  const saved = () => page.waitForFunction(() => document.querySelector('[data-testid="save-group"]')?.disabled);
  const answer = (yes) => (yes ? page.getByTestId('confirm').click() : page.getByRole('button', { name: /^(Garder|Rester ici)$/ }).click());

  await must('the tabs of the portal stand beside Principal', async () => {
    await page.goto(at(''));
    await page.getByTestId('use-portal').waitFor();
    equal(await page.getByRole('tab').allInnerTexts(), ['Principal', 'Configuration portail', 'Courriels portail'], 'tabs');
    await page.getByTestId('tab-portal').click();
    await field('termsFr').waitFor();
  });

  await must('terms in both languages make a version; one language alone is refused beside the field', async () => {
    await field('termsFr').fill('# Conditions\n\n- payer à trente jours');
    await page.frameLocator('[data-testid="look-terms"]').getByRole('listitem').getByText('payer à trente jours').waitFor();
    await save();
    await page.locator('[data-field="termsEn"][aria-invalid="true"], [data-field="termsEn"] [aria-invalid="true"]').first().waitFor();
    equal(await field('termsFr').inputValue(), '# Conditions\n\n- payer à trente jours', 'what was typed');
    await field('termsEn').fill('# Terms\n\n- pay within thirty days');
    await save();
    await page.getByTestId('terms-versions').getByText('Version 1').waitFor();
    await field('termsFr').fill('# Conditions\n\n- payer à quarante jours');
    await save();
    await page.getByTestId('terms-versions').getByText('Version 2').waitFor();
  });

  await check('the word of what was saved lies over no button, at any size', async () => {
    for (const size of [{ width: 1280, height: 800 }, { width: 1440, height: 900 }, { width: 1024, height: 700 }, { width: 390, height: 844 }]) {
      await page.setViewportSize(size);
      await field('emailHelpUrl').fill(`https://courriel.example.com/${size.width}`);
      await save();
      const toast = page.locator('.mantine-Notification-root').last();
      await toast.waitFor();
      const a = await toast.boundingBox();
      const b = await page.locator('[data-foot]').boundingBox();
      assert(a.y + a.height <= b.y || a.y >= b.y + b.height, `at ${size.width}: the toast at ${a.y}+${a.height}, the bar at ${b.y}+${b.height}`);
      await saved();
      await toast.locator('button').click();
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await check('a free mask shows its example while it is typed, and an impossible one is refused', async () => {
    await page.locator('input[data-field="taxFormat"]').click();
    await page.getByRole('option', { name: /Modèle libre/ }).click();
    await field('taxMask').fill('nn-aa');
    await page.getByText(/Exemple\s*: 12-DE/).waitFor();
    await field('taxMask').fill('---');
    await save();
    await page.locator('[data-field="taxMask"][aria-invalid="true"]').waitFor();
    await field('taxMask').fill('nn-aa');
  });

  await check('the help link takes http and https only', async () => {
    await field('emailHelpUrl').fill('javascript:alert(1)');
    await save();
    await page.locator('[data-field="emailHelpUrl"][aria-invalid="true"]').waitFor();
    await field('emailHelpUrl').fill('https://courriel.example.com/aide');
  });

  await check('a message is shown as the contact sees it, without what could run', async () => {
    await page.getByTestId('text-step_company').getByRole('button').click();
    await field('texts.step_company.fr').fill('Votre **société** <script>alert(1)</script>');
    await page.frameLocator('[data-testid="look-text-step_company"]').locator('strong', { hasText: 'société' }).waitFor();
    equal(await page.frameLocator('[data-testid="look-text-step_company"]').locator('script').count(), 0, 'scripts');
  });

  await check('questions are made, ordered and saved with the rest of the tab', async () => {
    for (const [n, label] of [[0, 'Votre numéro de client'], [1, 'Votre secteur']]) {
      await page.getByTestId('add-question').click();
      await field(`questions.${n}.labelFr`).fill(label);
      await field(`questions.${n}.labelEn`).fill(`${label} (en)`);
    }
    await page.locator('input[data-field="questions.1.kind"]').click();
    await page.getByRole('option', { name: 'Choix dans une liste' }).click();
    await field('questions.1.choicesFr').fill('Bois\nMétal');
    await field('questions.1.choicesEn').fill('Wood\nMetal');
    await page.getByRole('button', { name: 'Monter la question 2' }).click();
    await page.getByLabel('Toujours demander le mot de passe').check();
    await save();
    await saved();
    const p = await rpc(page, 'Groups.Portal', group.publicId);
    equal(p.questions.map((q) => [q.labelFr, q.kind]), [['Votre secteur', 'choice'], ['Votre numéro de client', 'text']], 'questions');
    equal([p.taxFormat, p.taxMask, p.emailHelpUrl, p.passwordAlways], ['free', 'nn-aa', 'https://courriel.example.com/aide', true], 'the tab');
    assert(p.texts.find((x) => x.field === 'step_company').fr.includes('société'), 'the message is kept');
  });

  await check('leaving with unsaved changes asks, staying keeps them', async () => {
    await field('emailHelpUrl').fill('https://ailleurs.example.com');
    await page.getByTestId('tab-mails').click();
    await page.getByTestId('confirm').waitFor();
    await answer(false);
    equal(await field('emailHelpUrl').inputValue(), 'https://ailleurs.example.com', 'what was typed');
    await page.getByTestId('tab-mails').click();
    await answer(true);
    await field('requestsTo').waitFor();
  });

  await check('a mail is shown on a contact while it is typed; an unknown placeholder is named with its place', async () => {
    await page.getByTestId('open-validated').click();
    const look = page.frameLocator('[data-testid="look-validated"]');
    await field('mails.validated.bodyFr').fill('Bienvenue ');
    await page.getByRole('button', { name: '{{customer.name}}' }).click();
    equal(await field('mails.validated.bodyFr').inputValue(), 'Bienvenue {{customer.name}}', 'the placeholder stands at the caret');
    await look.getByText(/Bienvenue \S/).waitFor();
    assert(!(await look.getByText('{{').count()), 'the placeholder is filled in');
    await page.getByText(/^De\s: .+@.+ · À\s: .+@.+$/).first().waitFor();
    await field('mails.validated.bodyFr').fill('Un mot pour {{client}}.');
    await save();
    await page.getByText(/«\sclient\s» n’est pas un champ connu \(ligne 1, caractère 13\)/).first().waitFor();
    await field('mails.validated.bodyFr').fill('Bienvenue {{contact.name}} : {{link}}');
    await field('mails.validated.subjectFr').fill('Votre accès à {{firm.name}}');
    await field('requestsTo').fill('acces@example.com');
    await page.getByTestId('try-validated').click();
    await until('the test mail', async () => (await rpc(page, 'Mail.List', { words: '', state: '', customerId: '', from: '', to: '', sort: '', desc: true, cursor: '', limit: 20 })).rows.some((m) => m.subject.includes('Votre accès à')));
  });

  await check('the tab of mails is saved whole', async () => {
    await field('mailsFrom').fill('pas une adresse');
    await save();
    await page.locator('[data-field="mailsFrom"][aria-invalid="true"]').waitFor();
    equal((await rpc(page, 'Groups.Mails', group.publicId)).requestsTo, '', 'nothing is saved by half');
    await field('mailsFrom').fill('');
    await page.locator('input[data-field="tellOldPrimary"]').uncheck();
    await save();
    await saved();
    const m = await rpc(page, 'Groups.Mails', group.publicId);
    equal([m.requestsTo, m.tellOldPrimary, m.mails.find((x) => x.kind === 'validated').subjectFr], ['acces@example.com', false, 'Votre accès à {{firm.name}}'], 'the tab');
  });

  await check('closing the portal says how many contacts it touches; the tabs go, nothing is deleted', async () => {
    await page.goto(at(''));
    const off = await rpc(page, 'Groups.PortalOff', group.publicId);
    await page.getByTestId('use-portal').click();
    const said = await page.getByRole('dialog').innerText();
    assert(said.includes(off.contacts === 0 ? 'Aucun contact' : `${off.contacts} contact`), `the question names ${off.contacts} contacts: ${said}`);
    await answer(false);
    assert(await page.getByTestId('use-portal').isChecked(), 'nothing happened yet');
    await page.getByTestId('use-portal').click();
    await answer(true);
    await save();
    await saved();
    equal(await page.getByRole('tab').count(), 1, 'tabs');
    await page.goto(at('mails'));
    await page.getByText(/n’utilise pas le portail/).waitFor();
    assert(await field('requestsTo').isDisabled(), 'the mails are disabled, with the reason');
    equal(await field('requestsTo').inputValue(), 'acces@example.com', 'what was kept');
  });
  await check('nothing complained on the way', () => equal(trouble.filter((x) => !x.includes(': 400 ') && !x.includes('status of 400') && !x.includes(': 422 ')), [], 'console and network'));
});
