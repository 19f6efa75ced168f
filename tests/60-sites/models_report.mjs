// Looks at the report of the models: in light and dark, on a large and on a small screen.

import assert from 'node:assert/strict';
import { drive, facts } from './browser.mjs';

const CONTRAST_MIN = 4.5;

// Runs in the page: everything in its charts that could be wrong.
function inspectCharts() {
  const overlap = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  const wrong = [];
  const charts = [...document.querySelectorAll('figure .chart svg')];
  let shapes = 0;
  for (const chart of charts) {
    const title = chart.querySelector('title')?.textContent ?? '';
    const frame = chart.getBoundingClientRect();
    if (!title || !chart.querySelector('desc')) wrong.push(`a chart without title or description`);
    const within = (box) =>
      box.left >= frame.left - 1 && box.right <= frame.right + 1 &&
      box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
    for (const shape of chart.querySelectorAll('.dot, .bar, .s > path')) {
      const box = shape.getBoundingClientRect();
      if (!within(box)) wrong.push(`${title}: a shape leaves the chart`);
      if (shape.matches('.dot, .bar') && box.height > 0) shapes += 1;
    }
    const texts = [...chart.querySelectorAll('text')].map((text) => [
      text.textContent,
      text.getBoundingClientRect(),
    ]);
    texts.forEach(([text, box], i) => {
      if (!within(box)) wrong.push(`${title}: "${text}" leaves the chart`);
      for (const [other, otherBox] of texts.slice(i + 1)) {
        if (overlap(box, otherBox)) wrong.push(`${title}: "${text}" lies over "${other}"`);
      }
    });
  }
  const legends = [...document.querySelectorAll('.legend')].map((legend) =>
    [...legend.children].map((entry) => entry.getBoundingClientRect()),
  );
  for (const entries of legends) {
    entries.forEach((box, i) => {
      if (entries.slice(i + 1).some((other) => overlap(box, other))) wrong.push('legends overlap');
    });
  }
  return { wrong, charts: charts.length, shapes };
}

// Runs in the page: the least contrast of any text against what lies behind it.
function leastContrast() {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      const [, , , alpha = 1] = channels(colour);
      if (alpha > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  let least = { contrast: 21 };
  for (const element of document.querySelectorAll('body *')) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || element.closest('title, desc') || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const colour = element instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [luminance(colour), luminance(behind(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < least.contrast) least = { contrast, text: element.textContent, colour };
  }
  return least;
}

await drive(async (page) => {
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(facts.url);
  const seen = {};
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1280, 400]) {
      await page.setViewportSize({ width, height: 900 });
      const found = await page.evaluate(inspectCharts);
      assert.deepEqual(found.wrong, [], `${colorScheme}, ${width} px`);
      assert.ok(found.charts >= 10, `${found.charts} charts`);
      assert.ok(found.shapes >= 100, `${found.shapes} points and bars`);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(overflow <= 0, `the page is ${overflow} px too wide for ${width}`);
    }
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    const least = await page.evaluate(leastContrast);
    assert.ok(least.contrast >= CONTRAST_MIN, `${colorScheme}: ${JSON.stringify(least)}`);
    seen[colorScheme] = await page.evaluate(() => [
      getComputedStyle(document.body).backgroundColor,
      ...[...document.querySelectorAll('.legend')[0].children].map((entry) =>
        getComputedStyle(entry).getPropertyValue('--c'),
      ),
    ]);
    assert.equal(new Set(seen[colorScheme]).size, seen[colorScheme].length, 'a colour each');
  }
  assert.notDeepEqual(seen.light, seen.dark);
  assert.deepEqual(
    requests.filter((url) => !url.startsWith('data:')),
    [facts.url],
    'it needs nothing but itself',
  );
  // Who points at a legend's entry sees its line alone.
  await page.setViewportSize({ width: 1280, height: 900 });
  const figure = page.locator('figure', { has: page.locator('.s') }).first();
  const other = figure.locator('.chart .s').nth(1);
  assert.equal(await other.evaluate((line) => getComputedStyle(line).opacity), '1');
  await figure.locator('.legend li').first().hover();
  assert.notEqual(await other.evaluate((line) => getComputedStyle(line).opacity), '1');
  return { title: await page.title() };
});
