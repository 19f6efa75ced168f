// Writes into the guestbook, with and without a picture, and reads what it shows.

import assert from 'node:assert/strict';
import { checkAccess, checkStyles, drive, facts, renderedSize } from './browser.mjs';

await drive(async (page) => {
  const write = async (name, message, picture) => {
    await page.getByLabel('Your name').fill(name);
    await page.getByLabel('Message').fill(message);
    if (picture) await page.getByLabel('Picture (optional)').setInputFiles(picture);
    await page.getByRole('button', { name: 'Sign the book' }).click();
  };
  const names = async () => {
    await page.waitForLoadState();
    return page.locator('article h3').allTextContents();
  };

  await page.goto('/');
  assert.equal(await page.title(), 'Guestbook');
  await page.getByText('Nobody has written yet').waitFor();
  await checkStyles(page);
  await checkAccess(page);

  await page.getByLabel('What the picture shows').fill('Red and "green"');
  await write('Ada <b>L.</b>', 'one\ntwo <script>window.attacked = true</script>', facts.picture);
  await page.getByRole('status').waitFor();
  assert.equal(
    await page.getByRole('status').textContent(),
    'Thank you, Ada <b>L.</b>! Your entry is in the book.',
  );
  assert.equal(new URL(page.url()).pathname, '/');
  assert.deepEqual(await names(), ['Ada <b>L.</b>']);
  assert.equal(
    await page.locator('article .message').textContent(),
    'one\ntwo <script>window.attacked = true</script>',
  );
  assert.equal(await page.evaluate(() => window.attacked), undefined);
  const image = page.getByRole('img', { name: 'Red and "green"' });
  const size = await renderedSize(image);
  const picturePath = await image.getAttribute('src');
  await checkAccess(page);

  await write('Grace', 'Zwölf Boxkämpfer 🐍');
  await page.getByText('Thank you, Grace!').waitFor();
  assert.deepEqual(await names(), ['Grace', 'Ada <b>L.</b>']);
  assert.equal(
    await page.locator('article .message').first().textContent(),
    'Zwölf Boxkämpfer 🐍',
  );

  await page.reload();
  assert.equal(await page.getByRole('status').count(), 0, 'a flash message is shown once');

  await write('Mallory', 'This will not do', facts.noPicture);
  await page.getByRole('alert').getByText('not a PNG, JPEG, GIF or WebP').waitFor();
  assert.equal(await page.getByLabel('Message').inputValue(), 'This will not do');
  assert.deepEqual(await names(), ['Grace', 'Ada <b>L.</b>']);
  return { size, picturePath };
});
