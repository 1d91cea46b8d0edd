import { expect, test } from '@jest/globals';
import { describeInBrowser, visitInBrowser } from '../support/browser.ts';

describeInBrowser('the documents in a browser', () => {
  const visit = visitInBrowser();

  test.each([
    ['/api/redoc/', 'API docs by Redocly'],
    ['/api/docs/', 'Whether the process answers.'],
  ])('%s is drawn whole without asking another host, and without a fault', async (path, mark) => {
    const { page, faults } = visit;
    page.setDefaultTimeout(25_000);
    await page.goto(path);
    await page.getByText(mark).first().waitFor();
    await page.waitForLoadState('networkidle');
    expect(faults).toEqual([]);
  });
});
