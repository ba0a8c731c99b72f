import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { buildConsole } from '../../scripts/build-console.ts';

const CHROMIUM = '/usr/bin/chromium';

/** Whether there is a browser: Debian's package `chromium`. Without it the tests of pages are skipped. */
export const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) process.stderr.write(`No ${CHROMIUM}: the tests of the console are skipped.\n`);

/** A page of a browser, and what went wrong in it: errors, refused loads, requests to other hosts. */
export interface TestPage {
  page: Page;
  complaints: string[];
}

/** A browser with the console as it is in the source now. */
export async function startBrowser(): Promise<Browser> {
  await buildConsole();
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** Opens an address in a page of its own, which keeps nothing of others. */
export async function openPage(browser: Browser, url: string, more = {}): Promise<TestPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith('data:')) {
      complaints.push(`requested ${request.url()}`);
    }
  });
  await page.goto(url);
  return { page, complaints };
}
