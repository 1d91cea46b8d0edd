import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { openTestApp, type TestApp } from './app.ts';
import { PASSWORD } from './caller.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((place) => place !== undefined && existsSync(place));

/** The other tests run on a bare machine; these need a browser, which CI installs. */
export const describeInBrowser = executablePath ? describe : describe.skip;

/** An installation with its panel, and for each test a new page of a browser. */
export interface BrowserVisit {
  app: TestApp;
  page: Page;
  /** Errors of scripts and of the content security policy, and dialogs. */
  faults: string[];
  signIn(user: { email: string }): Promise<void>;
}

/** Call this in a `describe`; what it answers is filled before each test. No page may ask another host for anything. */
export function visitInBrowser(): BrowserVisit {
  const visit = { signIn } as BrowserVisit;
  let browser: Browser;
  let context: BrowserContext;
  let foreign: string[];

  async function signIn(user: { email: string }): Promise<void> {
    const { page } = visit;
    await page.goto('/admin');
    await page.getByLabel('E-mail or username').fill(user.email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByTestId('count-contacts').waitFor();
  }

  beforeAll(async () => {
    visit.app = await openTestApp({}, { panel: true });
    browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  });
  afterAll(async () => {
    await browser?.close();
    await visit.app.close();
  });
  beforeEach(async () => {
    foreign = [];
    const faults: string[] = [];
    context = await browser.newContext({ baseURL: visit.app.url });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && origin !== visit.app.url) foreign.push(request.url());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())));
    page.on('dialog', (dialog) => {
      faults.push(dialog.message());
      void dialog.accept();
    });
    Object.assign(visit, { page, faults });
  });
  afterEach(async () => {
    await context.close();
    expect(foreign).toEqual([]);
  });
  return visit;
}
