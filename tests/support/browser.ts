import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Whether there is a browser: Debian's package `chromium`. Without it the tests of pages are skipped. */
export const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) process.stderr.write(`No ${CHROMIUM}: the tests of the console are skipped.\n`);

/** A page of a browser, and what went wrong in it: errors, refused loads, requests to other hosts. */
export interface TestPage {
  page: Page;
  complaints: string[];
}

/** A browser without a window. */
export async function startBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** Pages that tests of a file use one after the other: a new one costs as much as what is done in it. */
const free = new Map<Browser, Page[]>();
const used = new Map<Browser, Page[]>();

/** Ends what a test does in its pages. */
export async function closePages(browser: Browser | undefined): Promise<void> {
  if (!browser) return;
  const pages = used.get(browser) ?? [];
  await Promise.all(pages.map(emptied));
  free.set(browser, [...(free.get(browser) ?? []), ...pages]);
  used.delete(browser);
  const kept = new Set(free.get(browser)?.map((page) => page.context()));
  const others = browser.contexts().filter((context) => !kept.has(context));
  await Promise.all(others.map((context) => context.close()));
}

/** Leaves nothing of a test behind. */
async function emptied(page: Page): Promise<void> {
  page.removeAllListeners();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.evaluate('sessionStorage.clear()').catch(() => {});
  await page.goto('about:blank');
}

/** A page with nothing in it; one of its own where it is to be otherwise than usual. */
async function emptyPage(browser: Browser, more: BrowserContextOptions): Promise<Page> {
  const known = Object.keys(more).length === 0 ? free.get(browser)?.pop() : undefined;
  if (known) return known;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...more });
  // Nobody is there to pick a file: it is downloaded, as by browsers that cannot write one.
  await context.addInitScript('delete window.showSaveFilePicker');
  return context.newPage();
}

/** Opens an address in a page that keeps nothing of others. */
export async function openPage(
  browser: Browser,
  url: string,
  more: BrowserContextOptions = {},
): Promise<TestPage> {
  const page = await emptyPage(browser, more);
  if (Object.keys(more).length === 0) used.set(browser, [...(used.get(browser) ?? []), page]);
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

/** The console of a service, at an address such as `#explore`. */
export function openConsole(
  browser: Browser,
  { url }: { url: string },
  address = '',
  more = {},
): Promise<TestPage> {
  return openPage(browser, `${url}/console${address}`, more);
}

/** The address of a partition. */
export function partition(name: string): string {
  return `#explore?${new URLSearchParams({ partition: name })}`;
}

/** Opens an item that is shown. */
export async function openItem(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Open ${name}` }).click();
  await page.getByRole('dialog', { name: 'Item', exact: true }).waitFor();
}

/** Saves what was changed, or creates what is new. */
export async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Save \d+ changes?|Create)…$/ }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
}

/** Waits until no window is open. */
export async function closed(page: Page): Promise<void> {
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** Signs in with a key. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key or access token').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
