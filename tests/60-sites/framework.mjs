// Walks through the pages of the framework site.

import assert from 'node:assert/strict';
import { checkAccess, checkStyles, drive, renderedSize } from './browser.mjs';

await drive(async (page) => {
  const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const big = (text) => page.locator('.big').getByText(text, { exact: true }).waitFor();
  const open = (name) => page.getByRole('navigation').getByRole('link', { name }).click();

  await page.goto('/');
  await heading('A site in four files');
  await checkStyles(page);
  await checkAccess(page);
  const logo = await renderedSize(page.locator('header img'));

  await open('ctime');
  await heading('What time is it?');
  await page.getByLabel('Time zone').selectOption('e8');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL('**/ctime?timezone=e8');
  assert.match(await page.locator('main').textContent(), /at UTC\+8/);
  await checkAccess(page);

  await open('sayhello');
  await big('Hello, world!');
  await page.getByLabel('Your name').fill('<b>Ada</b> ✓');
  await page.getByRole('button', { name: 'Say hello' }).click();
  await page.waitForURL('**/sayhello?name=*');
  await big('Hello, <b>Ada</b> ✓!');

  await open('sayhaha');
  await big('Hahahahaha!');

  await page.goto('/');
  await page.getByRole('link', { name: '/nowhere' }).click();
  await heading('Not found');
  assert.match(await page.locator('main').textContent(), /no page \/nowhere/);
  await checkStyles(page);
  return { logo };
});
