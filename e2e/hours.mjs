// Paramètres › Clavardage: schedules, the meal break by its tick, special events, public holidays in one click, the week as it
// comes. COMPTOIR_LOOK=folder leaves pictures in both languages, light and dark, at a desk and on a phone.
import { join } from 'node:path';
import { assert, browser, check, demo, deskPage, equal, folder, must, phone, plain, rpc, run, serve } from './lib.mjs';

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home, 60));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  const view = () => rpc(page, 'Hours.View', 'fr', false);
  const field = (name) => page.locator(`[data-field="${name}"]`).last();
  const panel = page.getByRole('dialog');
  const closed = () => panel.waitFor({ state: 'detached' });

  await must('the section opens by its address and says whether it is open now', async () => {
    await page.goto(`${program.base}/#/settings/chat`);
    await page.getByTestId('hours-now').waitFor();
    const now = await rpc(page, 'Hours.Now', 'fr');
    assert((await page.getByTestId('hours-now').innerText()).includes(now.sentence), now.sentence);
  });

  await check('the switch and the promise are saved together', async () => {
    await page.getByTestId('promise').click();
    await page.getByRole('option', { name: '8 heures' }).click();
    await page.getByTestId('chat-enabled').uncheck({ force: true });
    await page.getByTestId('save').click();
    await page.getByText('Enregistré').first().waitFor();
    const { settings } = await view();
    equal([settings.enabled, settings.promiseMinutes], [false, 480], 'settings');
  });

  await check('a new schedule: what cannot be is refused beside its field, what was typed stays', async () => {
    equal([plain(await page.getByTestId('schedule-new').innerText()), plain(await page.getByTestId('event-new').innerText())], ['Nouvel horaire', 'Nouvel événement'], 'buttons');
    await page.getByTestId('schedule-new').click();
    await field('name').fill('Samedi matin');
    await field('start').fill('12 h');
    await field('end').fill('9:00');
    await page.getByTestId('save-schedule').click();
    await panel.getByText('Cochez au moins un jour.').waitFor();
    await panel.getByText('La fin vient après le début', { exact: false }).waitFor();
    await page.getByTestId('day-6').check({ force: true });
    await field('start').fill('9 h');
    await field('end').fill('12:00');
    await page.getByTestId('save-schedule').click();
    await closed();
    const made = (await view()).schedules.find((s) => s.name === 'Samedi matin');
    equal([made.kind, made.days, made.start, made.end], ['custom', [6], '09:00', '12:00'], 'schedule');
  });

  await check('a name that is taken is refused', async () => {
    await page.getByTestId('schedule-new').click();
    await field('name').fill('samedi matin');
    await page.getByTestId('every-day').check();
    await page.getByTestId('save-schedule').click();
    await panel.getByText('Un autre horaire porte déjà ce nom.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('confirm').click(); // what was typed is not dropped unasked
    await closed();
  });

  await check('the tick of the meal break takes it away and makes it again', async () => {
    for (const want of [false, true]) {
      await page.getByTestId('schedule-work').click();
      await page.getByTestId('meal').setChecked(want);
      await page.getByTestId('save-schedule').click();
      await closed();
      equal((await view()).schedules.some((s) => s.kind === 'meal'), want, 'a meal break');
    }
    await page.getByTestId('schedule-meal').click();
    await field('end').fill('14:00');
    await page.getByTestId('save-schedule').click();
    await closed();
    equal((await view()).schedules.find((s) => s.kind === 'meal').end, '14:00', 'the end of the meal');
  });

  await check('a special event goes before the week, and is seen in the chart', async () => {
    const week = await rpc(page, 'Hours.Week', 'fr', '');
    await page.getByTestId('event-new').click();
    await field('name').fill('Nuit blanche');
    await page.getByText('Ouvert', { exact: true }).last().click();
    await page.getByTestId('save-event').click();
    await closed();
    await page.getByTestId('event').filter({ hasText: 'Nuit blanche' }).waitFor();
    const today = (await rpc(page, 'Hours.Week', 'fr', '')).days.find((d) => d.today);
    equal(today.pieces.map((p) => [p.from, p.to, p.open, p.name]), [[0, 1440, true, 'Nuit blanche']], 'today');
    assert(week.days.length === 7, 'seven days');
    await page.getByTestId('event').filter({ hasText: 'Nuit blanche' }).click();
    await page.getByTestId('remove-event').click();
    await page.getByTestId('confirm').click();
    await closed();
    assert(!(await view()).events.some((e) => e.name === 'Nuit blanche'), 'it is removed');
  });

  await check('public holidays of a year are added in one click, once', async () => {
    const before = (await view()).events.length;
    await page.getByTestId('holidays').click();
    await page.getByTestId('holiday-year').click();
    await page.getByRole('option').last().click();
    await page.getByTestId('add-holidays').click();
    await closed();
    equal((await view()).events.length - before, 11, 'holidays added');
    await page.getByTestId('holidays').click();
    await page.getByTestId('holiday-year').click();
    await page.getByRole('option').last().click();
    await panel.getByText('Tous les jours de cette liste sont déjà ajoutés.').waitFor();
    equal(await page.getByTestId('add-holidays').count(), 0, 'what is left to add');
    await page.keyboard.press('Escape');
    await closed();
  });

  await check('the week is there as a table', async () => {
    await page.getByTestId('week-next').click();
    await page.getByText('Voir la semaine en tableau').click();
    assert((await page.getByTestId('week-table').innerText()).includes('En semaine'), 'the working hours stand in it');
  });

  if (process.env.COMPTOIR_LOOK) await pictures(b, program, page);
  equal(trouble, [], 'trouble on the pages');
});

async function pictures(b, program, page) {
  for (const lang of ['fr', 'en']) for (const theme of ['light', 'dark']) for (const [name, viewport] of [['desk', { width: 1280, height: 900 }], ['phone', phone]]) {
    await rpc(page, 'System.SetPreferences', lang, theme);
    await page.setViewportSize(viewport);
    await page.goto(`${program.base}/#/`);
    await page.reload();
    await page.goto(`${program.base}/#/settings/chat`);
    await page.getByTestId('hours-now').waitFor();
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(process.env.COMPTOIR_LOOK, `hours-${lang}-${theme}-${name}.png`), fullPage: true });
    const main = page.locator('main');
    await main.evaluate((m) => { m.scrollTop = 700; });
    await page.waitForTimeout(200);
    await page.screenshot({ path: join(process.env.COMPTOIR_LOOK, `hours-${lang}-${theme}-${name}-2.png`) });
    for (const what of ['schedule-work', 'event-new', 'holidays']) {
      await page.getByTestId(what).click();
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(process.env.COMPTOIR_LOOK, `hours-${lang}-${theme}-${name}-${what}.png`) });
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  }
}
