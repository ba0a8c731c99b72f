import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import {
  closed,
  closePages,
  hasBrowser,
  openConsole,
  openItem,
  partition,
  save,
  startBrowser,
} from '../support/browser.ts';
import { newSampleTable, startService, type TestService } from '../support/service.ts';
import { createTableWithKeysOnlyIndex } from '../support/tables.ts';

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

describe.skipIf(!hasBrowser)('an item', () => {
  const open = (address = '', of = service, more = {}) => openConsole(browser, of, address, more);
  const stored = async (key: object) =>
    (await service.call('get_item', { key, consistent_read: true })).body.item as JsonObject;

  test('saves what was changed, and leaves every other value as it is', async () => {
    await service.call('put_item', { item: FRAGILE });
    const { page, complaints } = await open(partition('FRAGILE'));
    await openItem(page, 'FRAGILE, A');

    await page.getByLabel('Value of status').fill('after');
    await save(page);
    await closed(page);

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
    await page.getByRole('button', { name: /^Keep my version/ }).click();
    await save(page);
    await closed(page);

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
    await save(page);
    await openItem(page, 'MADE, A');
    await page.getByRole('button', { name: 'Copy as new' }).click();
    await page.getByLabel('Value of SK').fill('B');
    await save(page);
    await page.getByText('Page 1: 2 items').waitFor();

    await page.getByLabel('Choose all').check();
    await page.getByRole('button', { name: 'Delete 2' }).click();
    await page.getByLabel('Type 2 to delete them').fill('2');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();

    await page.getByText('Page 1: 0 items').waitFor();
    expect(await stored({ PK: 'MADE', SK: 'A' })).toBeNull();
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
    await closed(page);

    const { body } = await other.call('get_item', { key: { id: 'one' } });
    expect(body.item).toEqual({ id: 'one', group: 'g', text: 'changed' });
    await other.close();
  });

  test('shows the key first, and then every attribute by its name', async () => {
    await service.call('put_item', { item: { z: 1, PK: 'ORDER', b: 1, SK: 'A', a: 1 } });
    const { page } = await open(partition('ORDER'));
    await openItem(page, 'ORDER, A');

    expect(await page.locator('.tree > li > .name').allTextContents()).toEqual([
      'PK',
      'SK',
      'a',
      'b',
      'z',
    ]);
  });

  test('line ends that a field would change are changed as text, and stay else', async () => {
    const item = {
      PK: 'LINES',
      SK: 'A',
      text: 'one\r\ntwo',
      lines: { $ddb: { SS: ['a\nb', 'c'] } },
      status: 'before',
    };
    await service.call('put_item', { item });
    const { page } = await open(partition('LINES'));
    await openItem(page, 'LINES, A');

    const fixed = page.locator('textarea[readonly]');
    expect(await fixed.count()).toBe(4);
    await page.getByLabel('Value of status').fill('after');
    await save(page);
    await closed(page);

    expect(await stored({ PK: 'LINES', SK: 'A' })).toEqual({
      ...item,
      lines: { $ddb: { SS: expect.arrayContaining(['a\nb', 'c']) } },
      status: 'after',
    });
  });

  test('a save that is not answered is told as one that nobody knows of', async () => {
    const key = { PK: 'LOST', SK: 'A' };
    await service.call('put_item', { item: { ...key, status: 'before' } });
    const { page } = await open(partition('LOST'));
    await openItem(page, 'LOST, A');
    await page.getByLabel('Value of status').fill('after');
    // The write arrives, and its answer does not.
    await page.route('**/tools/update_item', async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });

    await save(page);

    await page.getByText(/^OutcomeUnknown/).waitFor();
    expect(await stored(key)).toEqual({ ...key, status: 'after' });
    await page.unroute('**/tools/update_item');
    await save(page);
    await page.getByText('What you wanted to save is stored already.').waitFor();
  });

  test('what is saved by keys alone is what was typed', async () => {
    const key = { PK: 'KEYS', SK: 'A' };
    await service.call('put_item', { item: { ...key, status: 'before' } });
    const { page } = await open(partition('KEYS'));
    await openItem(page, 'KEYS, A');
    await page.getByLabel('Value of status').fill('after');

    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog', { name: 'Save these changes?' }).waitFor();
    await page.keyboard.press('Enter');
    await closed(page);

    expect(await stored(key)).toEqual({ ...key, status: 'after' });
  });

  test('what was changed is not lost by a key', async () => {
    await service.call('put_item', { item: { PK: 'UNSAVED', SK: 'A', status: 'before' } });
    const { page } = await open(partition('UNSAVED'));
    await openItem(page, 'UNSAVED, A');
    await page.getByLabel('Value of status').fill('after');
    const answers = [false, true];
    const asked: string[] = [];
    page.on('dialog', async (dialog) => {
      asked.push(dialog.message());
      await (answers.shift() ? dialog.accept() : dialog.dismiss());
    });

    await page.keyboard.press('Escape');
    await expect.poll(() => asked).toHaveLength(1);
    const kept = await page.getByLabel('Value of status').inputValue();
    await page.getByRole('button', { name: 'Close' }).click();
    await closed(page);

    expect(kept).toBe('after');
    expect(asked).toEqual(Array(2).fill('Discard what you have changed?'));
  });

  test('another key makes another item, and says so', async () => {
    await service.call('put_item', { item: { PK: 'MOVED', SK: 'A' } });
    const { page } = await open(partition('MOVED'));
    await openItem(page, 'MOVED, A');
    await page.getByRole('button', { name: 'Plain JSON' }).click();
    await page.getByLabel('Plain JSON').fill('{"PK":"MOVED","SK":"B"}');
    await page.getByRole('button', { name: 'Save 1 change…' }).click();
    await page.getByText('a new item is created, and the one that was read stays').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await page.getByText('Page 1: 2 items').waitFor();
  });

  test('what is no value yet can be typed, looked at and corrected', async () => {
    const { page, complaints } = await open(partition('TYPING'));
    await page.getByRole('button', { name: 'New item' }).click();
    await page.getByLabel('Value of PK').fill('TYPING');
    await page.getByLabel('Value of SK').fill('A');
    await page.getByLabel('Name of a new attribute').fill('n');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByLabel('Type of n').selectOption('N');
    await page.getByLabel('Value of n').fill('1-');

    await page.getByRole('button', { name: 'Plain JSON' }).click();
    const plain = await page.getByLabel('Plain JSON').inputValue();
    await page.getByRole('button', { name: 'DynamoDB JSON' }).click();
    const text = page.getByLabel('DynamoDB JSON');
    await text.fill('{"PK":{"S":"TYPING"},"SK":{"S":"A"},"n":{"L":[{"N":1}]}}');
    await page.getByText('n must have one type and what it holds').waitFor();
    await text.fill('{"PK":{"S":"TYPING"},"SK":{"S":"A"},"n":{"L":[{"N":"1"}]}}');
    await save(page);
    await page.getByText('Page 1: 1 item').waitFor();

    expect(JSON.parse(plain).n).toEqual({ $ddb: { N: '1-' } });
    expect(await stored({ PK: 'TYPING', SK: 'A' })).toEqual({ PK: 'TYPING', SK: 'A', n: [1] });
    expect(complaints).toEqual([]);
  });
});
