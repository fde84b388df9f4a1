// The demo company's practice card, on a phone: approved, declined, second step, no answer. No money moves.
import { assert, browser, check, demo, deskPage, equal, folder, leave, listQuery, must, phone, plain, rpc, run, serve, until, watch } from './lib.mjs';

run(async () => {
  const home = folder();
  const firm = await demo(home);
  const program = await serve(home, '--data', firm);
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();
  const customer = (await rpc(page, 'Customers.List', listQuery)).rows.find((c) => c.currency === 'EUR' && c.email);

  /** A fresh invoice of 120.00, sent; its link as it stands in the practice mail box. */
  const send = async (key) => {
    const editor = await rpc(page, 'Invoices.Edit', '', customer.publicId);
    editor.draft.lines = [{ itemId: '', description: 'Vernis', detail: '', nature: 'goods', quantityE4: 10_000, unit: 'C62', unitPriceE4: 1_000_000, discountPcm: 0, discountMinor: 0, taxes: [] }];
    const saved = await rpc(page, 'Invoices.Save', editor.draft, `key-save-${key}`);
    const done = await rpc(page, 'Invoices.Send', saved.id, saved.version, `key-send-${key}`);
    const mail = await until('the mail', async () => (await rpc(page, 'Mail.Arrived')).find((m) => m.subject.includes(done.number)));
    const { text } = await rpc(page, 'Mail.ArrivedMail', mail.id);
    return { ...done, link: /https?:\/\/\S+\/l\/\S+/.exec(text)[0] };
  };

  const cases = [
    { name: 'an approved card pays', answers: ['approved'], paid: true, words: /Reçu|reçu|Payé/ },
    { name: 'a declined card leaves it open', answers: ['declined'], paid: false, words: /refus/i },
    { name: 'a second step, confirmed, pays', answers: ['second_step', 'confirm'], paid: true, words: /Reçu|reçu|Payé/ },
    { name: 'a second step, refused, leaves it open', answers: ['second_step', 'refuse'], paid: false, words: /refus|confirm/i },
    { name: 'a card that never answers pays once it is asked', answers: ['timeout', 'ask'], paid: true, words: /Reçu|reçu|Payé/ },
  ];
  for (const [i, c] of cases.entries()) {
    await check(c.name, async () => {
      const invoice = await send(i);
      const context = await b.newContext({ viewport: phone, locale: 'fr-FR', isMobile: true, hasTouch: true });
      const anne = await context.newPage();
      watch(anne, trouble);
      await anne.goto(invoice.link);
      await anne.locator('a[href$="/payer"]').first().click();
      await anne.locator('form[action$="/paiement"] button').click();
      for (const answer of c.answers) await anne.locator(`button[name="reponse"][value="${answer}"]`).click();
      await anne.waitForLoadState();
      const text = plain(await anne.locator('main').innerText());
      assert(c.words.test(text), `the customer reads: ${text}`);
      const now = await rpc(page, 'Invoices.Get', invoice.id);
      equal([now.state === 'paid', now.payments.length, now.paidMinor], c.paid ? [true, 1, 12_000] : [false, 0, 0], 'paid, payments, amount');
      await leave(context);
    });
  }
  await check('the list of the desk shows it without being reloaded', async () => {
    await page.goto(new URL('/#/invoices', page.url()).href);
    const invoice = await send('live');
    await page.getByText(invoice.number).first().waitFor();
  });
  await must('the books are balanced', async () => {
    const balance = await rpc(page, 'Books.TrialBalance', '', '');
    equal([balance.balanced, balance.total.debitMinor === balance.total.creditMinor], [true, true], 'balanced');
  });
  await check('nothing complained on the way', () => equal(trouble, [], 'console and network'));
});
