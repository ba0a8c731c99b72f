import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import {
  closePages,
  hasBrowser,
  openConsole,
  openItem,
  openPage,
  partition,
  startBrowser,
} from '../support/browser.ts';
import { startEmbeddingsServer } from '../support/embeddings-server.ts';
import { engineServes } from '../support/engine-has.ts';
import { newSampleTable, startService, type TestService } from '../support/service.ts';
import { createTableWith } from '../support/tables.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const EPIC = { PK: 'PROJECT#test123', SK: 'EPIC#E001' };

/** What the tool that people know loses when it saves an item unchanged. */
const FRAGILE: JsonObject = {
  PK: 'FRAGILE',
  SK: 'A',
  set: { $ddb: { SS: ['b', 'a'] } },
  numbers: { $ddb: { NS: ['12345678901234567890123456789012345678'] } },
  bytes: { $ddb: { B: 'AAEC/w==' } },
  exact: JSON.rawJSON('12345678901234567890123456789012345678'),
  deep: [{ tiny: JSON.rawJSON('1E-130'), none: null, yes: true }],
  $$ddb: 'like a tag',
  status: 'before',
};

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

/** What axe finds in a page. */
function findings(page: Page, options: string): Promise<string[]> {
  return page.evaluate(
    `${AXE}; axe.run(${options}).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
  );
}

describe.skipIf(!hasBrowser)('the rooms', () => {
  const open = (address = '', of = service, more = {}) => openConsole(browser, of, address, more);

  test('tells of calls as they end, and holds', async () => {
    const { page } = await open('#live');
    await page.getByText('watching').waitFor();

    await service.call('get_item', { key: EPIC }, { headers: { 'user-agent': 'agent/1' } });
    const row = page
      .getByRole('region', { name: 'Calls' })
      .getByRole('row')
      .filter({ hasText: 'agent/1' });
    await row.waitFor();
    // What the console asks for itself is shown on request.
    const own = page.getByRole('button', { name: 'describe_table' });
    const ownAtFirst = await own.count();
    await page.getByLabel('Include calls of the console').check();
    await own.first().waitFor();
    await page.getByLabel('Include calls of the console').uncheck();
    expect(ownAtFirst).toBe(0);
    await page.getByRole('button', { name: 'Pause' }).click();
    const calls = page.getByRole('region', { name: 'Calls' }).getByRole('row');
    const before = await calls.count();
    await service.call('scan', { limit: 1 });
    await service.call('get_item', { key: EPIC });
    await row.getByRole('button', { name: 'get_item' }).click();

    expect(await row.textContent()).toContain('EPIC#E001');
    expect(await page.getByRole('dialog').textContent()).toContain('/tools/get_item');
    expect(await calls.count()).toBe(before);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => calls.count()).toBe(before + 2);
  });

  test('shows neighbors by meaning', async () => {
    const { page } = await open(partition(EPIC.PK));
    await openItem(page, 'PROJECT#test123, EPIC#E001');

    await page.getByRole('link', { name: 'More like this' }).click();

    await page.getByText('EPIC#E006').waitFor();
  });

  test('watches again once a service that was gone is back', async () => {
    const first = await startService({ table: service.table });
    const { port } = new URL(first.url);
    const { page } = await open('#live', first);
    await page.getByText('watching').waitFor();

    await first.close();
    await page.getByText('trying again: The service cannot be reached.').waitFor();
    const second = await startService({ table: service.table, environment: { PORT: port } });
    await page.getByText('watching').waitFor();
    await second.call('get_item', { key: EPIC }, { headers: { 'user-agent': 'after/2' } });

    await page.getByRole('row').filter({ hasText: 'after/2' }).waitFor();
    await second.close();
  });

  test('exports a table into a file, and imports it with what fails told and kept', async () => {
    const [from, to] = [await startService(), await startService()];
    await from.call('put_item', { item: FRAGILE });
    await from.call('put_item', { item: { PK: 'PLAIN', SK: 'A' } });
    const source = await open('#bulk', from);
    const saving = source.page.waitForEvent('download');
    const asked = source.page.waitForEvent('dialog').then(async (dialog) => {
      await dialog.accept();
      return dialog.message();
    });
    await source.page.getByRole('button', { name: 'Export', exact: true }).click();
    await source.page.getByText('2 items, complete').waitFor();
    const exported = readFileSync((await (await saving).path()) ?? '', 'utf8');

    const { page } = await open('#bulk', to);
    const buffer = Buffer.from(`{"item":{"PK":""}}\n${exported}`);
    const file = { name: 'items.jsonl', mimeType: 'application/x-ndjson', buffer };
    await page.getByLabel('File (JSON Lines)').setInputFiles(file);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('3 lines: 2 written, 1 failed').waitFor();
    const keeping = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the 1 line that failed' }).click();

    // A table that DynamoDB has not counted yet may be large.
    expect(await asked).toContain('an amount that cannot be estimated');
    expect(readFileSync((await (await keeping).path()) ?? '', 'utf8')).toBe('{"item":{"PK":""}}\n');
    const key = { key: { PK: 'FRAGILE', SK: 'A' } };
    expect((await to.call('get_item', key)).body).toEqual((await from.call('get_item', key)).body);
    await from.close();
    await to.close();
  });

  test('the API reference shows every tool, to be tried, and makes no script of text', async () => {
    const write = `(() => {
      const made = document.createElement('div');
      try {
        made.innerHTML = '<b>text</b><img src=x onerror=alert(1)>';
        return made.innerHTML;
      } catch (error) {
        return error.name;
      }
    })()`;
    const { page, complaints } = await openPage(browser, `${service.url}/docs`);
    await page.getByText('/tools/transact_write_items').waitFor();
    await page.locator('.opblock-summary', { hasText: '/tools/describe_table' }).click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table').getByText('"key_schema"').first().waitFor();

    expect(complaints).toEqual([]);
    expect(await page.evaluate(write)).toBe('<b>text</b><img src="x">');
    await page.goto(`${service.url}/console`);
    expect(await page.evaluate(write)).toBe('TypeError');
  });

  test('nothing that axe finds, in any room, in light or dark', async () => {
    const inItem = async (page: Page) => {
      await openItem(page, 'PROJECT#test123, EPIC#E001');
      await page.getByLabel('Value of status').fill('changed');
      await page.getByRole('button', { name: 'Save 1 change…' }).click();
      await page.getByRole('dialog', { name: 'Save these changes?' }).waitFor();
    };
    const inFailure = async (page: Page) => {
      await page.getByLabel('Input as JSON').fill('{"none": 1}');
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByRole('alert').waitFor();
    };
    const places: [room: string, act?: (page: Page) => Promise<void>][] = [
      ['', (page) => page.getByRole('button', { name: /^epic/ }).click()],
      [partition(EPIC.PK), inItem],
      ['#search'],
      ['#bulk'],
      ['#live', (page) => page.getByLabel('Include calls of the console').check()],
      ['#access', inFailure],
    ];
    for (const [room, act] of places) {
      const { page } = await open(room);
      await page.locator('main > *').first().waitFor();
      await act?.(page);
      const inLight = await findings(page, '{}');
      await page.emulateMedia({ colorScheme: 'dark' });
      const inDark = await findings(page, "{ runOnly: ['color-contrast'] }");
      await page.emulateMedia({ colorScheme: null });
      expect([room, inLight, inDark]).toEqual([room, [], []]);
    }
  });

  test.each([360, 2_560])('fits a window of %i pixels', async (width) => {
    const { page } = await open('#explore', service, { viewport: { width, height: 800 } });
    await page.getByText('that is all').waitFor();

    const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');

    expect(wide).toBe(0);
  });

  test('says why calls cannot be watched', async () => {
    const crowded = await startService({ table: service.table });
    const ending = new AbortController();
    const watch = () => fetch(`${crowded.url}/console/calls`, { signal: ending.signal });
    await Promise.all(Array.from({ length: 8 }, watch));
    const { page } = await open('#live', crowded);

    await page.getByText('trying again: You watch calls 8 times already').waitFor();
    ending.abort();
    await page.getByText('watching', { exact: true }).waitFor();

    await crowded.close();
  });

  test('an export that breaks off, and an import, are told as what they are', async () => {
    const broken = await startService({ table: service.table });
    const { page } = await open('#bulk', broken);
    await page.route('**/bulk/export?*', (route) =>
      route.fulfill({ body: '{"item":{"PK":"a"}}\n{"page":{"items":1}}\n' }),
    );
    await page.route('**/bulk/import?*', (route) =>
      route.fulfill({ body: '{"progress":{"lines":2,"durable_through_line":2}}\n' }),
    );
    page.on('dialog', (dialog) => void dialog.accept());

    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByText('the file has only a part of the table').waitFor();
    const buffer = Buffer.from('{"item":{"PK":"a","SK":"1"}}\n');
    const file = { name: 'items.jsonl', mimeType: 'application/x-ndjson', buffer };
    await page.getByLabel('File (JSON Lines)').setInputFiles(file);
    await page.getByText('It writes about 1 capacity unit').waitFor();
    await page.getByRole('button', { name: 'Import', exact: true }).click();

    await page.getByText('lines up to 2 are written').waitFor();
    await broken.close();
  });

  test.skipIf(!engineServes('search_vectors'))(
    'finds by a text where there are embeddings',
    async () => {
      const embeddings = await startEmbeddingsServer(64);
      const embedding = await startService({
        table: service.table,
        environment: {
          EMBEDDINGS: `openai:n-grams@${embeddings.url}/v1/`,
          EMBEDDINGS_API_KEY: 'key-1',
        },
      });
      const { page } = await open('#search', embedding);
      await page.getByText('A text is searched for within one PK').waitFor();
      await page.getByLabel('Where PK is').fill(EPIC.PK);
      await page.getByLabel('Near this text').fill('Appointment Booking');
      await page.keyboard.press('Enter');

      await page.getByRole('listitem').first().waitFor();
      expect(embeddings.asked.map(({ body }) => body.input)).toEqual(['Appointment Booking']);
      await embedding.close();
      await embeddings.close();
    },
  );

  test('goes from one table to another', async () => {
    const other = await createTableWith(['id', 'S']);
    const both = await startService({
      table: service.table,
      environment: { DYNAMODB_TABLES: other },
    });
    await both.call('put_item', { table: other, item: { id: 'only-there' } });
    const { page } = await open('#explore', both);
    await page.getByText(/^Page 1: 21 items/).waitFor();

    await page.getByLabel('Table', { exact: true }).selectOption(other);
    await page.getByRole('button', { name: 'Open only-there' }).waitFor();

    expect(await page.getByLabel('id is').count()).toBe(1);
    await both.close();
  });

  test('exports straight into a file where the browser can write one', async () => {
    const { page } = await open('', service);
    await page.getByText('kinds of items').waitFor();
    await page.evaluate(`
      window.written = [];
      window.showSaveFilePicker = async ({ suggestedName }) => ({
        createWritable: async () => ({
          write: async (text) => void window.written.push(text),
          close: async () => void window.written.push('closed ' + suggestedName),
        }),
      });
    `);
    await page.getByRole('link', { name: 'Import and export' }).click();
    // What the entities were read from was the whole table, so that its size is known.
    await page.getByText(/It reads about \d/).waitFor();
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByText('items, complete').waitFor();

    const written = (await page.evaluate('window.written')) as string[];
    expect(written.filter((line) => line.startsWith('{"item"')).length).toBeGreaterThan(20);
    expect(written.slice(-2)).toEqual([
      expect.stringContaining('"end"'),
      `closed ${service.table}.jsonl`,
    ]);
  });
});
