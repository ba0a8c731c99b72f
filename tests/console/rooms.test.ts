import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
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
import { newSampleTable, startService, type TestService } from '../support/service.ts';

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

  test('the API reference shows every tool', async () => {
    const { page, complaints } = await openPage(browser, `${service.url}/docs`);

    await page.getByText('/tools/transact_write_items').waitFor();

    expect(complaints).toEqual([]);
  });

  test('text cannot be made markup, and in the API reference no script', async () => {
    const write = `(() => {
      const made = document.createElement('div');
      try {
        made.innerHTML = '<b>text</b><img src=x onerror=alert(1)>';
        return made.innerHTML;
      } catch (error) {
        return error.name;
      }
    })()`;
    const { page } = await open();
    const { page: reference } = await openPage(browser, `${service.url}/docs`);
    await reference.getByText('/tools/transact_write_items').waitFor();

    expect(await page.evaluate(write)).toBe('TypeError');
    expect(await reference.evaluate(write)).toBe('<b>text</b><img src="x">');
  });

  test('nothing that axe finds, in any room', async () => {
    for (const room of ['', '#explore', '#search', '#live', '#access']) {
      const { page } = await open(room);
      await page.locator('main > *').first().waitFor();
      const found = await page.evaluate(
        `${AXE}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
      );
      expect([room, found]).toEqual([room, []]);
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
});
