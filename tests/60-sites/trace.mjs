// Looks at a timeline from its file, in light and in dark.

import assert from 'node:assert/strict';
import { checkAccess, checkStyles, drive, facts } from './browser.mjs';

const TEXT_CONTRAST_MIN = 4.5;
const SHAPE_CONTRAST_MIN = 3;

await drive(async (page) => {
  await page.goto(`${facts.url}/trace.html`);
  await checkStyles(page);
  await checkAccess(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  const models = Object.keys(facts.lanes);
  assert.equal(await page.locator('svg.timeline').count(), models.length);
  for (const model of models) {
    const picture = page.getByRole('img', { name: `${model}: eight clients` });
    const lanes = await picture
      .locator('g.lane')
      .evaluateAll((all) => all.map((lane) => lane.dataset.name));
    assert.deepEqual(lanes, facts.lanes[model]);
    assert.deepEqual(await misplaced(picture), [], model);
  }
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const pale = (await contrasts(page)).filter(({ contrast, least }) => contrast < least);
    assert.deepEqual(pale, [], colorScheme);
  }
  return { texts: await page.locator('svg.timeline text').count() };
});

// Texts that lie on one another or reach out of the picture.
function misplaced(picture) {
  return picture.evaluate((svg) => {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map((text) => [
      text.textContent,
      text.getBoundingClientRect(),
    ]);
    const slack = 1.5; // a line of text has room above its letters
    const found = [];
    texts.forEach(([name, box], index) => {
      if (box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom) {
        found.push(`${name} reaches out`);
      }
      for (const [other, place] of texts.slice(index + 1)) {
        const apart =
          box.right <= place.left ||
          place.right <= box.left ||
          box.bottom - slack <= place.top ||
          place.bottom - slack <= box.top;
        if (!apart) found.push(`${name} on ${other}`);
      }
    });
    return found;
  });
}

// Of every style of text and every client's colour, with what lies behind.
function contrasts(page) {
  return page.evaluate(
    ([text, shape]) => {
      const numbers = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
      const luminance = (colour) => {
        const [red, green, blue] = numbers(colour).map((value) => {
          const part = value / 255;
          return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const behind = luminance(
        getComputedStyle(document.querySelector('figure')).backgroundColor,
      );
      const against = (colour) => {
        const [low, high] = [luminance(colour), behind].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
      };
      const look = (selector, property, least) =>
        [...document.querySelectorAll(selector)].map((element) => {
          const colour = getComputedStyle(element)[property];
          return { what: element.getAttribute('class'), colour, contrast: against(colour), least };
        });
      return [
        ...look('svg.timeline text', 'fill', text),
        ...look('svg.timeline .asked', 'fill', shape),
        ...look('svg.timeline .tick', 'stroke', shape),
      ];
    },
    [TEXT_CONTRAST_MIN, SHAPE_CONTRAST_MIN],
  );
}
