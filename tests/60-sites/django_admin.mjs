// The keeper of the shelf signs in to Django's admin and adds a book; a visitor looks at it.

import assert from 'node:assert/strict';
import { checkAccess, checkStyles, drive, facts, renderedSize } from './browser.mjs';

await drive(async (page) => {
  const signIn = async (password) => {
    await page.getByLabel('Username').fill(facts.user);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  };

  await page.goto('/');
  await page.getByText('The shelf is empty').waitFor();
  await page.getByText('This is your first visit').waitFor();
  await checkStyles(page);
  await checkAccess(page);
  await page.reload();
  await page.getByText('You have looked at the shelf 2 times').waitFor();

  await page.getByRole('link', { name: 'Sign in' }).click();
  await checkStyles(page);
  await signIn('wrong');
  await page.getByText('Please enter the correct username and password').waitFor();
  await signIn(facts.password);
  await page.getByRole('heading', { name: 'Behind the shelf' }).waitFor();

  await page.locator('.model-book').getByRole('link', { name: 'Add' }).click();
  await page.getByLabel('Title').fill('Über <Schlangen>');
  await page.getByLabel('Author').fill('Ada & Grace');
  await page.getByLabel('Year of publication').fill('1999');
  await page.getByLabel('Why it is here').fill('It is quick.\n\nAnd <b>bold</b>.');
  await page.getByLabel('Cover').setInputFiles(facts.noPicture);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('not a PNG, JPEG, GIF or WebP').waitFor();
  await page.getByLabel('Cover').setInputFiles(facts.picture);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('was added successfully').waitFor();

  await page.waitForLoadState();
  const row = page.locator('#result_list tbody tr');
  assert.equal(await row.count(), 1);
  const cells = (await row.locator('th, td').allTextContents()).map((text) => text.trim());
  assert.deepEqual(cells.slice(1, 4), ['Über <Schlangen>', 'Ada & Grace', '1999']);
  await page.locator('#searchbar').fill('schlangen');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL((url) => url.searchParams.get('q') === 'schlangen');
  assert.equal(await row.count(), 1);

  await page.getByRole('link', { name: 'View site' }).click();
  const link = page.getByRole('link', { name: 'Über <Schlangen>' });
  await renderedSize(link.locator('img'));
  await checkAccess(page);
  await link.click();
  const cover = page.getByRole('img', { name: 'Cover of Über <Schlangen>' });
  const size = await renderedSize(cover);
  const coverPath = await cover.getAttribute('src');
  assert.match(await page.locator('article').textContent(), /And <b>bold<\/b>\./);
  await checkAccess(page);

  await page.goto('/admin/');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('Thanks for spending').waitFor();
  await page.goto('/admin/books/book/');
  await page.getByLabel('Password').waitFor();
  return { size, coverPath };
});
