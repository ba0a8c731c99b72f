import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hashApiKey } from '../../src/http/api-keys.ts';
import type { JsonObject } from '../../src/json/parse.ts';
import {
  closed,
  closePages,
  hasBrowser,
  openConsole,
  openItem,
  openPage,
  partition,
  save,
  signIn,
  startBrowser,
} from '../support/browser.ts';
import { keyOfRole, startGuarded } from '../support/guarded-service.ts';
import { newSampleTable, startService, type TestService } from '../support/service.ts';

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

describe.skipIf(!hasBrowser)('who may do what', () => {
  const open = (address = '', of = service, more = {}) => openConsole(browser, of, address, more);
  const stored = async (key: object) =>
    (await service.call('get_item', { key, consistent_read: true })).body.item as JsonObject;

  test('asks for a key where there are keys, and keeps it nowhere', async () => {
    const locked = await startService({
      table: service.table,
      environment: { API_KEYS: `ada:${hashApiKey('the-key')}` },
    });
    const { page } = await open('', locked);
    await signIn(page, 'wrong');
    await page.getByText('The API key is not known.').waitFor();

    await signIn(page, 'the-key');
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
    await signIn(page, keyOfRole('clerk'));
    await openItem(page, 'GUARDED, 1');
    const secret = await page.getByLabel('Value of secret').inputValue();
    await page.getByLabel('Value of status').fill('done');
    await save(page);
    await closed(page);

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

    await page.getByText('"requests"').waitFor();

    expect(await stored({ PK: 'DRY', SK: 'A' })).toBeNull();
  });

  test('a key that no header can carry is refused where it is typed', async () => {
    const locked = await startService({
      table: service.table,
      environment: { API_KEYS: `ada:${hashApiKey('the-key')}` },
    });
    const { page } = await open('', locked);
    await page.getByText('Sign in with a key of this service').waitFor();
    await page.getByLabel('Remember it for this tab').check();

    await signIn(page, 'the–key');
    await page.getByText('only ASCII characters').waitFor();
    await page.reload();
    await signIn(page, 'the-key');

    await page.getByText('kinds of items').waitFor();
    await locked.close();
  });

  test('a role without describe_table has its rooms, and is told what the others lack', async () => {
    const guarded = await startGuarded({
      getter: { grants: [{ items: { PK: 'OWN' }, tools: ['get_item'] }] },
    });
    const { page, complaints } = await open('', guarded);
    await signIn(page, keyOfRole('getter'));

    await page.getByText('watching', { exact: true }).waitFor();
    await guarded.as('getter', 'get_item', { key: { PK: 'OWN', SK: '1' } });
    await page.getByRole('row').filter({ hasText: 'get_item' }).waitFor();
    await page.getByRole('link', { name: 'Explore' }).click();
    await page.getByText('This page needs describe_table, which you may not use here.').waitFor();
    await page.getByRole('link', { name: 'Access' }).click();
    await page.getByRole('heading', { name: 'key:getter, in the role getter' }).waitFor();

    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
    await guarded.close();
  });

  test('a role that may query a partition is not made to scan', async () => {
    const guarded = await startGuarded({
      reader: { grants: [{ items: { PK: 'OWN' }, tools: ['query', 'describe_table'] }] },
    });
    await guarded.store({ PK: 'OWN', SK: '1' });
    const { page } = await open('#explore', guarded);
    await signIn(page, keyOfRole('reader'));

    await page.getByText('You may not use scan here: name a partition.').waitFor();
    await page.getByLabel('PK is').fill('OWN');
    await page.getByRole('button', { name: 'Query', exact: true }).click();

    await page.getByText('Page 1: 1 item').waitFor();
    expect(await page.getByRole('button', { name: 'New item' }).count()).toBe(0);
    await guarded.close();
  });

  test('what a role has to confirm is done once it is confirmed', async () => {
    const guarded = await startGuarded({
      keeper: {
        grants: [{ items: { PK: 'OWN' }, tools: '*' }],
        confirm: { tools: ['delete_item'], by: 'code' },
      },
    });
    await guarded.store({ PK: 'OWN', SK: '1' });
    const { page } = await open(partition('OWN'), guarded);
    await signIn(page, keyOfRole('keeper'));
    await openItem(page, 'OWN, 1');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText(/^ConfirmationRequired/).waitFor();
    const before = await guarded.stored('OWN', '1');

    await page.getByRole('button', { name: 'Confirm' }).click();
    await closed(page);

    expect(before).not.toBeNull();
    expect(await guarded.stored('OWN', '1')).toBeNull();
    await guarded.close();
  });

  test('explains a read without doing it', async () => {
    const { page } = await open('#access');
    await page.getByLabel('Tool').selectOption('query');
    await page.getByLabel('Input as JSON').fill(`{"key": {"PK": "${EPIC.PK}"}}`);
    await page.getByRole('button', { name: 'Explain' }).click();

    await page.getByText('"KeyConditionExpression"').waitFor();
  });

  test('a copy has nothing of what stands for hidden values', async () => {
    const guarded = await startGuarded({
      copier: {
        grants: [
          { items: { PK: 'OWN' }, tools: '*', read: { redact: ['secret'], hash: ['owner'] } },
        ],
      },
    });
    await guarded.store({ PK: 'OWN', SK: '1', secret: 'hidden', owner: 'ada', status: 'open' });
    const { page } = await open(partition('OWN'), guarded);
    await signIn(page, keyOfRole('copier'));
    await page.getByText('Your role sees some of the items').waitFor();
    await openItem(page, 'OWN, 1');
    const before = await page.locator('.tree > li > .name').allTextContents();

    await page.getByRole('button', { name: 'Copy as new' }).click();
    await page.getByLabel('Value of SK').fill('2');

    expect(before).toEqual(['PK', 'SK', 'owner', 'secret', 'status']);
    expect(await page.locator('.tree > li > .name').allTextContents()).toEqual([
      ...['PK', 'SK', 'status'],
    ]);
    await guarded.close();
  });
});
