import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { hasBrowser, openPage, startBrowser } from '../support/browser.ts';
import { keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { hostileItems } from '../support/hostile-items.ts';
import { newSampleTable, startService, type TestService } from '../support/service.ts';
import { createTableWith, createTableWithKeysOnlyIndex } from '../support/tables.ts';

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

describe.skipIf(!hasBrowser)('the console', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    service = await startService({ table: await newSampleTable() });
  });

  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  const open = (address = '', of = service, more = {}) =>
    openPage(browser, `${of.url}/console${address}`, more);
  const partition = (name: string) => `#explore?${new URLSearchParams({ partition: name })}`;
  const openItem = async (page: Page, name: string) => {
    await page.getByRole('button', { name: `Open ${name}` }).click();
    await page.getByRole('dialog', { name: 'Item', exact: true }).waitFor();
  };
  const save = async (page: Page) => {
    await page.getByRole('button', { name: /^Save \d+ changes…$/ }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
  };
  const stored = async (key: object) =>
    (await service.call('get_item', { key, consistent_read: true })).body.item as JsonObject;

  test('is where a browser is sent, and shows the entities of the table', async () => {
    const { page, complaints } = await openPage(browser, service.url);

    await page.getByText('5 kinds of items in a sample of 21').waitFor();
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

    await page.getByRole('link', { name: 'GSI1: EPIC#E001' }).click();
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

  test('saves what was changed, and leaves every other value as it is', async () => {
    await service.call('put_item', { item: FRAGILE });
    const { page, complaints } = await open(partition('FRAGILE'));
    await openItem(page, 'FRAGILE, A');

    await page.getByLabel('Value of status').fill('after');
    await save(page);
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    const { body } = await service.call('get_item', { key: { PK: 'FRAGILE', SK: 'A' } });
    expect(body.item).toEqual(
      (await service.call('put_item', { item: { ...FRAGILE, status: 'after' }, return_old: true }))
        .body.old_item,
    );
    expect(JSON.stringify(body.item)).toContain('12345678901234567890123456789012345678');
    expect(complaints).toEqual([]);
  });

  test('takes an item as text, in both forms, with every digit', async () => {
    await service.call('put_item', { item: { PK: 'TEXT', SK: 'A', n: 1 } });
    const { page } = await open(partition('TEXT'));
    await openItem(page, 'TEXT, A');
    const digits = '98765432109876543210.5';

    await page.getByRole('button', { name: 'Plain JSON' }).click();
    await page.getByLabel('Plain JSON').fill(`{"PK":"TEXT","SK":"A","n":${digits}}`);
    await page.getByRole('button', { name: 'DynamoDB JSON' }).click();
    const typed = await page.getByLabel('DynamoDB JSON').inputValue();
    await save(page);
    await page.getByText(digits).first().waitFor();

    expect(JSON.parse(typed).n).toEqual({ N: digits });
    expect(JSON.stringify(await stored({ PK: 'TEXT', SK: 'A' }))).toContain(`"n":${digits}`);
  });

  test('a conflict shows both versions, and nothing is lost', async () => {
    const key = { PK: 'CONFLICT', SK: 'A' };
    await service.call('put_item', { item: { ...key, a: 'read', b: 'read' } });
    const { page } = await open(partition('CONFLICT'));
    await openItem(page, 'CONFLICT, A');
    await page.getByLabel('Value of a').fill('mine');
    await service.call('update_item', { key, updates: { b: 'theirs' } });

    await save(page);
    const conflict = page.getByText('Nothing was saved');
    await conflict.waitFor();
    const shown = await page.getByRole('alert').textContent();
    const between = await stored(key);
    await page.getByRole('button', { name: /^Keep mine/ }).click();
    await save(page);
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    expect(shown).toContain('theirs');
    expect(shown).toContain('mine');
    expect(between).toEqual({ ...key, a: 'read', b: 'theirs' });
    expect(await stored(key)).toEqual({ ...key, a: 'mine', b: 'read' });
  });

  test('creates, copies and deletes', async () => {
    const { page } = await open(partition('MADE'));
    await page.getByRole('button', { name: 'New item' }).click();
    await page.getByLabel('Value of PK').fill('MADE');
    await page.getByLabel('Value of SK').fill('A');
    await page.getByRole('button', { name: 'Create…' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await openItem(page, 'MADE, A');
    await page.getByRole('button', { name: 'Copy as new' }).click();
    await page.getByLabel('Value of SK').fill('B');
    await page.getByRole('button', { name: 'Create…' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Page 1: 2 items').waitFor();

    await page.getByLabel('Choose all').check();
    await page.getByRole('button', { name: 'Delete 2' }).click();
    await page.getByLabel('Type 2 to delete them').fill('2');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();

    await page.getByText('Page 1: 0 items').waitFor();
    expect(await stored({ PK: 'MADE', SK: 'A' })).toBeNull();
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

  test('tells of calls as they end, and holds', async () => {
    const { page } = await open('#live');
    await page.getByText('watching').waitFor();

    await service.call('get_item', { key: EPIC }, { headers: { 'user-agent': 'agent/1' } });
    const row = page.getByRole('row').filter({ hasText: 'agent/1' });
    await row.waitFor();
    await page.getByRole('button', { name: 'Hold' }).click();
    const before = await page.getByRole('row').count();
    await service.call('scan', { limit: 1 });
    await service.call('get_item', { key: EPIC });
    await row.getByRole('button', { name: 'get_item' }).click();

    expect(await row.textContent()).toContain('EPIC#E001');
    expect(await page.getByRole('dialog').textContent()).toContain('/tools/get_item');
    expect(await page.getByRole('row').count()).toBe(before);
  });

  test('shows neighbors by meaning', async () => {
    const { page } = await open(partition(EPIC.PK));
    await openItem(page, 'PROJECT#test123, EPIC#E001');

    await page.getByRole('link', { name: 'More like this' }).click();

    await page.getByText('EPIC#E006').waitFor();
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

  test('asks for a key where there are keys, and keeps it nowhere', async () => {
    const hash = createHash('sha256').update('the-key').digest('hex');
    const locked = await startService({
      table: service.table,
      environment: { API_KEYS: `ada:${hash}` },
    });
    const { page } = await open('', locked);
    await page.getByLabel('API key or access token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The API key is not known.').waitFor();

    await page.getByLabel('API key or access token').fill('the-key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('kinds of items').waitFor();

    expect(await page.locator('.who').textContent()).toBe('ada');
    expect(
      await page.evaluate(
        'JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])',
      ),
    ).toBe('[{},{},""]');
    await locked.close();
  });

  test('has nothing that writes where the service is read-only', async () => {
    const readOnly = await startService({
      table: service.table,
      environment: { READ_ONLY: 'true' },
    });
    const { page } = await open(partition(EPIC.PK), readOnly);
    await openItem(page, 'PROJECT#test123, EPIC#E001');

    expect(
      await page.getByRole('button', { name: /New item|Save|Delete|Remove|Add/ }).count(),
    ).toBe(1);
    expect(await page.getByLabel('Value of status').getAttribute('readonly')).not.toBeNull();
    await readOnly.close();
  });

  test('serves tables with other keys, and empty ones', async () => {
    const table = await createTableWith(['id', 'N'], ['bytes', 'B']);
    const other = await startService({ table });
    const empty = await open('', other);
    await empty.page.getByText('The table is empty').waitFor();
    const item = { id: JSON.rawJSON('12345678901234567890123'), bytes: { $ddb: { B: 'AQI=' } } };
    await other.call('put_item', { item });
    const { page } = await open('#explore?partition=12345678901234567890123', other);

    await page.getByText('Page 1: 1 items').waitFor();
    await openItem(page, '12345678901234567890123, AQI=');

    expect(await page.getByLabel('Value of id').inputValue()).toBe('12345678901234567890123');
    await other.close();
  });

  test('watches again once a service that was gone is back', async () => {
    const first = await startService({ table: service.table });
    const { port } = new URL(first.url);
    const { page } = await open('#live', first);
    await page.getByText('watching').waitFor();

    await first.close();
    await page.getByText('not connected; trying again').waitFor();
    const second = await startService({ table: service.table, environment: { PORT: port } });
    await page.getByText('watching').waitFor();
    await second.call('get_item', { key: EPIC }, { headers: { 'user-agent': 'after/2' } });

    await page.getByRole('row').filter({ hasText: 'after/2' }).waitFor();
    await second.close();
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

  test('an item of which an index has a part is read whole before it is changed', async () => {
    const other = await startService({ table: await createTableWithKeysOnlyIndex() });
    await other.call('put_item', { item: { id: 'one', group: 'g', text: 'only in the table' } });
    const { page } = await open('#explore?index=by-group&partition=g', other);
    await openItem(page, 'one');

    expect(await page.getByRole('button', { name: /^Save/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Read the whole item' }).click();
    await page.getByLabel('Value of text').fill('changed');
    await save(page);
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    const { body } = await other.call('get_item', { key: { id: 'one' } });
    expect(body.item).toEqual({ id: 'one', group: 'g', text: 'changed' });
    await other.close();
  });

  test('exports a table into a file, and imports it with what fails told and kept', async () => {
    const [from, to] = [await startService(), await startService()];
    await from.call('put_item', { item: FRAGILE });
    await from.call('put_item', { item: { PK: 'PLAIN', SK: 'A' } });
    const source = await open('#bulk', from);
    const saving = source.page.waitForEvent('download');
    await source.page.getByRole('button', { name: 'Export', exact: true }).click();
    await source.page.getByText('2 items, complete').waitFor();
    const exported = readFileSync((await (await saving).path()) ?? '', 'utf8');

    const { page } = await open('#bulk', to);
    const buffer = Buffer.from(`{"item":{"PK":""}}\n${exported}`);
    const file = { name: 'items.jsonl', mimeType: 'application/x-ndjson', buffer };
    await page.getByLabel('File of lines').setInputFiles(file);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('3 lines: 2 written, 1 failed').waitFor();
    const keeping = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the 1 lines that failed' }).click();

    expect(readFileSync((await (await keeping).path()) ?? '', 'utf8')).toBe('{"item":{"PK":""}}\n');
    const key = { key: { PK: 'FRAGILE', SK: 'A' } };
    expect((await to.call('get_item', key)).body).toEqual((await from.call('get_item', key)).body);
    await from.close();
    await to.close();
  });

  test('a role changes what it may, beside what is masked for it', async () => {
    const guarded = await startGuarded({
      clerk: {
        grants: [
          {
            items: { PK: 'GUARDED' },
            tools: ['query', 'update_item', 'describe_table', 'put_item'],
            read: { redact: ['secret'] },
            write: { only: ['status'] },
          },
        ],
      },
    });
    await guarded.store({ PK: 'GUARDED', SK: '1', secret: 'hidden', status: 'open' });
    const { page } = await openPage(browser, `${guarded.url}/console${partition('GUARDED')}`);
    await page.getByLabel('API key or access token').fill(keyOfRole('clerk'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await openItem(page, 'GUARDED, 1');
    const secret = await page.getByLabel('Value of secret').inputValue();
    await page.getByLabel('Value of status').fill('done');
    await save(page);
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    expect(secret).toBe('[redacted]');
    expect(await guarded.stored('GUARDED', '1')).toEqual({
      ...{ PK: 'GUARDED', SK: '1', secret: 'hidden', status: 'done' },
    });
    await guarded.close();
  });

  test('explains a write without doing it', async () => {
    const { page } = await open('#access');
    await page.getByLabel('Tool').selectOption('put_item');
    await page.getByLabel('Input as JSON').fill('{"item": {"PK": "DRY", "SK": "A"}}');
    await page.getByRole('button', { name: 'Explain' }).click();

    await page.getByText('"dry_run"').waitFor();

    expect(await stored({ PK: 'DRY', SK: 'A' })).toBeNull();
  });

  test('the API reference shows every tool', async () => {
    const { page, complaints } = await openPage(browser, `${service.url}/docs`);

    await page.getByText('/tools/transact_write_items').waitFor();

    expect(complaints).toEqual([]);
  });
});
