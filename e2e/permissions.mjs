// The audit log on screen and what the window offers by role: a colleague who only reads finds the buttons closed, with the reason.
import { readFileSync } from 'node:fs';
import { assert, browser, check, demo, deskPage, folder, must, plain, rpc, run, serve } from './lib.mjs';

run(async () => {
  const home = folder();
  const program = await serve(home, '--data', await demo(home, 40));
  const trouble = [];
  const b = await browser();
  const page = await deskPage(b, program, trouble);
  await page.getByTestId('new-invoice').first().waitFor();

  await must('the log stands in the settings, is narrowed and opened', async () => {
    await page.goto(`${program.base}/#/settings/audit?action=payment.recorded`);
    await page.getByText('Paiement enregistré').nth(1).waitFor();
    await page.getByRole('row').nth(2).click();
    await page.getByTestId('audit-text').waitFor();
    assert(plain(await page.getByRole('dialog').innerText()).includes('payment.recorded'), 'the detail names the action');
    await page.screenshot({ path: new URL('out/audit.png', import.meta.url).pathname });
    await page.getByTestId('audit-same').click();
  });
  await check('the chain is whole', async () => {
    await page.getByTestId('prove').click();
    await page.getByText(/La chaîne est intacte/).waitFor();
  });
  await check('a reader is offered nothing that changes anything', async () => {
    const { password } = JSON.parse(readFileSync(new URL('../app/demo/data/firm.json', import.meta.url), 'utf8'));
    const reader = page; // the address of the start is good once
    await rpc(reader, 'Account.SignIn', 'nadia@atelier-brindille.example', password);
    await reader.reload();
    await reader.goto(`${program.base}/#/invoices`);
    await reader.getByTestId('new-invoice').waitFor();
    assert(await reader.getByTestId('new-invoice').isDisabled(), 'the button is open');
    await reader.screenshot({ path: new URL('out/reader.png', import.meta.url).pathname });
    await reader.goto(`${program.base}/#/invoices/new`);
    await reader.getByTestId('not-allowed').waitFor();
    const refusal = await rpc(reader, 'Settings.SetLogo', '').catch((e) => e.message);
    assert(/fault\.permission\.configure/.test(refusal), refusal);
  });
  await check('nothing complained', () => assert(trouble.length === 0, trouble.join('\n')));
});
