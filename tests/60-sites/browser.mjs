// One page of a real browser for one scenario; what the scenario returns is printed as JSON.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const WAIT_MS_MAX = 15_000;

export const facts = JSON.parse(process.argv[2]);

export async function drive(scenario) {
  // Playwright makes a fresh user data directory for each launch and removes it afterwards.
  const browser = await chromium.launch({
    executablePath: facts.chromium,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
  const context = await browser.newContext({ baseURL: facts.url, colorScheme: 'light' });
  context.setDefaultTimeout(WAIT_MS_MAX);
  const page = await context.newPage();
  const refusals = watch(page);
  try {
    const seen = await scenario(page);
    console.log(JSON.stringify({ ...seen, refusals }));
  } catch (error) {
    console.error(error.stack);
    console.error('page:', page.url(), 'refusals:', JSON.stringify(refusals));
    await page.screenshot({ path: facts.screenshot, fullPage: true }).catch(() => {});
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

// Everything that did not go well while the page was looked at: a good site leaves this empty.
function watch(page) {
  const refusals = [];
  page.on('response', (response) => {
    if (response.status() >= 400) {
      refusals.push(`${response.status()} ${new URL(response.url()).pathname}`);
    }
  });
  page.on('requestfailed', (request) => {
    refusals.push(`${request.failure().errorText} ${new URL(request.url()).pathname}`);
  });
  page.on('pageerror', (error) => refusals.push(`script: ${error.message}`));
  page.on('console', (message) => {
    const repeatsResponse = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !repeatsResponse) refusals.push(message.text());
  });
  return refusals;
}

// The picture's own size once it is decoded; fails if it cannot be shown.
export async function renderedSize(image) {
  await image.scrollIntoViewIfNeeded();
  return image.evaluate(async (element) => {
    await element.decode();
    return [element.naturalWidth, element.naturalHeight];
  });
}

// The style sheets are there and follow the colours that the visitor prefers.
export async function checkStyles(page) {
  await page.waitForLoadState();
  const rules = await page.evaluate(() => [...document.styleSheets].map((s) => s.cssRules.length));
  assert.ok(rules.length > 0 && rules.every((count) => count > 0), `style sheets: ${rules}`);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await background();
  await page.emulateMedia({ colorScheme: 'light' });
  assert.notEqual(light, dark);
  assert.notEqual(light, 'rgba(0, 0, 0, 0)');
}

// Every field that a visitor fills in can be found by its name, and the page fits a small screen.
export async function checkAccess(page) {
  await page.waitForLoadState();
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
      .filter((field) => field.labels.length === 0 && !field.getAttribute('aria-label'))
      .map((field) => field.outerHTML),
  );
  assert.deepEqual(nameless, []);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 640 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  await page.setViewportSize(size);
  assert.ok(overflow <= 0, `the page is ${overflow} px wider than a small screen`);
}
