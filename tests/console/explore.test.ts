import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  closePages,
  hasBrowser,
  openConsole,
  openItem,
  openPage,
  partition,
  startBrowser,
} from '../support/browser.ts';
import { hostileItems } from '../support/hostile-items.ts';
import { newSampleTable, startService, type TestService } from '../support/service.ts';
import { createTableWith } from '../support/tables.ts';

const EPIC = { PK: 'PROJECT#test123', SK: 'EPIC#E001' };

let browser: Browser;
let service: TestService;

beforeAll(async () => {
  browser = await startBrowser();
  service = await startService({ table: await newSampleTable() });
});

afterEach(() => closePages(browser));

afterAll(async () => {
  await browser?.close();
  await service?.close();
});

describe.skipIf(!hasBrowser)('entities and pages', () => {
  const open = (address = '', of = service, more = {}) => openConsole(browser, of, address, more);

  test('is where a browser is sent, and shows the entities of the table', async () => {
    const { page, complaints } = await openPage(browser, service.url);

    await page.getByText('5 kinds of items in all 21 items').waitFor();
    const entities = await page.locator('.entity').allTextContents();

    expect(page.url()).toBe(`${service.url}/console`);
    expect(entities).toEqual([
      'epic (12)EPIC#…',
      'feature (3)FEATURE#…',
      'testcase (3)TESTCASE#…',
      'usecase (2)USECASE#…',
      'project (1)METADATA',
    ]);
    expect(complaints).toEqual([]);
  });

  test('leads from an entity to one of its items, and to those that an index reaches', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: /^feature/ }).click();

    await page.getByRole('link', { name: 'GSI1: GSI1PK = EPIC#E001' }).click();
    await page.getByText(/Page 1: \d+ items/).waitFor();

    const shown = await page.getByRole('region', { name: 'Items' }).textContent();
    expect(shown).toContain('FEATURE#F001');
    expect(await page.getByLabel('Table or index').inputValue()).toBe('GSI1');
  });

  test('queries with conditions and a filter, and pages back and forth', async () => {
    const { page } = await open('#explore');
    await page.getByLabel('PK is').fill(EPIC.PK);
    await page.getByLabel('How SK compares').selectOption('between');
    await page.getByLabel('SK value').fill('EPIC#E002');
    await page.getByLabel('SK upper value').fill('EPIC#E009');
    await page.getByLabel('Descending').check();
    await page.getByLabel('Items a page').fill('5');
    await page.getByRole('button', { name: 'Query', exact: true }).click();
    await page.getByText('Page 1: 5 items, more remains').waitFor();
    await page.getByRole('button', { name: 'Next →' }).click();
    await page.getByText('Page 2: 3 items, that is all').waitFor();
    await page.getByRole('button', { name: '← Back' }).click();
    await page.getByText('Page 1: 5 items').waitFor();

    await page.getByRole('button', { name: 'Add a filter' }).click();
    await page.getByLabel('Attribute').fill('priority');
    await page.getByLabel('Type', { exact: true }).selectOption('N');
    await page.getByLabel('Value', { exact: true }).fill('2');
    await page.getByRole('button', { name: 'Query', exact: true }).click();

    await page.getByText(/Page 1: 0 items of 5 read/).waitFor();
    await page.getByRole('button', { name: 'As a call' }).click();
    const curl = await page.getByRole('dialog').locator('pre').textContent();
    expect(curl).toContain('"sort_key":{"between":["EPIC#E002","EPIC#E009"]}');
  });

  test('what is stored is text, whatever it looks like', async () => {
    const items = [
      ...hostileItems('HOSTILE'),
      { PK: 'HOSTILE', SK: 'MARKUP', '<img src=x onerror=alert(1)>': '<script>alert(1)</script>' },
    ];
    await service.call('batch_write_item', { put: items });
    const { page, complaints } = await open(partition('HOSTILE'));

    await page.getByText(`Page 1: ${items.length} items`).waitFor();
    await openItem(page, 'HOSTILE, MARKUP');

    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('serves tables with other keys, and empty ones', async () => {
    const table = await createTableWith(['id', 'N'], ['bytes', 'B']);
    const other = await startService({ table });
    const empty = await open('', other);
    await empty.page.getByText('The table is empty').waitFor();
    const item = { id: JSON.rawJSON('12345678901234567890123'), bytes: { $ddb: { B: 'AQI=' } } };
    await other.call('put_item', { item });
    const { page } = await open('#explore?partition=12345678901234567890123', other);

    await page.getByText('Page 1: 1 item').waitFor();
    await openItem(page, '12345678901234567890123, AQI=');

    expect(await page.getByLabel('Value of id').inputValue()).toBe('12345678901234567890123');
    await other.close();
  });

  test('says that a service is gone, and goes on when it is back', async () => {
    const first = await startService({ table: service.table });
    const { port } = new URL(first.url);
    const { page } = await open(partition(EPIC.PK), first);
    await page.getByText(/^Page 1/).waitFor();
    await first.close();
    await page.getByRole('button', { name: 'Query', exact: true }).click();
    await page.getByText('The service cannot be reached.').waitFor();

    const second = await startService({ table: service.table, environment: { PORT: port } });
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByText('The service cannot be reached.').waitFor({ state: 'detached' });
    await second.close();
  });

  test('shows a page of 1 MB', async () => {
    const put = Array.from({ length: 24 }, (_, n) => ({
      PK: 'LARGE',
      SK: String(n).padStart(3, '0'),
      text: 'x'.repeat(40_000),
    }));
    for (let at = 0; at < put.length; at += 12) {
      await service.call('batch_write_item', { put: put.slice(at, at + 12) });
    }
    const { page } = await open(partition('LARGE'));

    await page.getByText('Page 1: 24 items').waitFor();
  });

  test('an address keeps what is asked for, and a change of the form does not mix with its pages', async () => {
    const { page } = await open(partition(EPIC.PK));
    await page.getByLabel('Items a page').fill('4');
    await page.getByRole('button', { name: 'Add a filter' }).click();
    await page.getByLabel('Attribute').fill('status');
    await page.getByLabel('Value', { exact: true }).fill('Open');
    await page.getByRole('button', { name: 'Query', exact: true }).click();
    await page.getByText(/^Page 1: \d items?.*, more remains/).waitFor();

    await page.reload();
    await page.getByText(/^Page 1: \d items?.*, more remains/).waitFor();
    await page.getByLabel('PK is').fill('another that was not asked for yet');
    await page.getByRole('button', { name: 'Next →' }).click();

    await page.getByText(/^Page 2: \d items?.*, more remains/).waitFor();
    expect(await page.getByLabel('Attribute').inputValue()).toBe('status');
  });

  test('keys do what the mouse does, and nothing while somebody types', async () => {
    const { page } = await open(partition(EPIC.PK));
    await page.getByText(/^Page 1/).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('2c?');
    const typed = await page.getByLabel('PK is').inputValue();
    await page.getByRole('button', { name: 'Open PROJECT#test123, EPIC#E001' }).focus();

    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Item', exact: true }).waitFor();
    const opened = await page.getByLabel('Value of SK').inputValue();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    const help = await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).textContent();
    await page.keyboard.press('Escape');
    await page.keyboard.press('5');
    await page.getByText('watching').waitFor();

    expect(typed).toBe(`${EPIC.PK}2c?`);
    expect(opened).toBe('EPIC#E002');
    expect(help).toContain('The next page');
  });

  test('says what a page will cost at most, and better once items were seen', async () => {
    const { page } = await open('#explore?partition=nobody');
    await page.getByText('Page 1: 0 items').waitFor();
    const before = await page.locator('.estimate').textContent();

    await page.getByLabel('PK is').fill(EPIC.PK);
    await page.getByRole('button', { name: 'Query', exact: true }).click();
    await page.getByText(/^Page 1: \d+ items,/).waitFor();

    expect(before).toBe('A page reads at most 128 capacity units, under 1 ¢.');
    expect(await page.locator('.estimate').textContent()).toMatch(
      /reads about \d+\.?\d* capacity units/,
    );
  });

  test('a request that takes long is seen to, and can be stopped', async () => {
    const { page } = await open(partition(EPIC.PK));
    await page.getByText(/^Page 1/).waitFor();
    await page.route('**/tools/query', () => {});
    await page.getByRole('button', { name: 'Query', exact: true }).click();
    await page.getByRole('progressbar', { name: 'Waiting for the service' }).waitFor();

    await page.getByRole('button', { name: 'Stop' }).click();

    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    expect(await page.getByText(/^Page 1/).count()).toBe(0);
  });

  test('binary keys have no kinds, and lead to their items', async () => {
    const other = await startService({ table: await createTableWith(['id', 'B'], ['at', 'N']) });
    const put = ['AAEC', 'QUJD', 'WFla'].map((B, at) => ({ id: { $ddb: { B } }, at }));
    await other.call('batch_write_item', { put });
    const { page } = await open('', other);
    await page.getByRole('button', { name: /^item \(3\)/ }).click();

    await page.getByRole('link', { name: 'id = QUJD, at = 1' }).click();

    await page.getByRole('button', { name: 'Open QUJD, 1' }).waitFor();
    await other.close();
  });

  test('what is shown is sorted by every digit, and has the columns that are chosen', async () => {
    const put = ['9', '10', '10.00000000000000000000000001'].map((n, at) => ({
      PK: 'SORTED',
      SK: String(at),
      n: JSON.rawJSON(n),
    }));
    await service.call('batch_write_item', { put });
    const { page } = await open(partition('SORTED'));
    await page.getByText(/^Page 1: 3 items/).waitFor();
    const shown = () => page.locator('tbody tr td:last-child').allTextContents();

    const byN = page.getByRole('button', { name: /^n( ↑)?$/ });
    await byN.click();
    const ascending = await shown();
    await byN.click();
    const descending = await shown();
    await page.getByText(/^Columns/).click();
    await page.getByLabel('n', { exact: true }).uncheck();

    expect(ascending).toEqual(['9', '10', '10.00000000000000000000000001']);
    expect(descending).toEqual(ascending.toReversed());
    expect(await shown()).not.toContain('9');
  });

  test('filters that have no place beside each other are told', async () => {
    const { page } = await open(partition(EPIC.PK));
    await page.getByText(/^Page 1/).waitFor();
    for (const at of [0, 1]) {
      await page.getByRole('button', { name: 'Add a filter' }).click();
      await page.getByLabel('Attribute').nth(at).fill('archived');
      await page.getByLabel('Type', { exact: true }).nth(at).selectOption('BOOL');
    }
    await page.getByText('Two filters say archived =: one of them has to go.').waitFor();
    const button = page.getByRole('button', { name: 'Query', exact: true });
    const isDisabled = await button.isDisabled();
    await page.getByRole('button', { name: 'Remove this filter' }).first().click();
    await button.click();

    await page.getByText('Page 1: 1 item of 21 read').waitFor();
    expect(isDisabled).toBe(true);
  });
});
