import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { buildConsole } from './build-console.ts';

// The pictures of the console in docs/pictures, from the real page over the sample.
// node scripts/console-pictures.ts

const PORT = '8090';
const URL = `http://127.0.0.1:${PORT}`;
const EPIC = '{"PK":"PROJECT#test123","SK":"EPIC#E001"}';

await buildConsole();
mkdirSync('docs/pictures', { recursive: true });
const service = spawn(process.execPath, ['src/cli.ts', '--local', '--in-memory'], {
  env: { ...process.env, PORT },
  stdio: 'ignore',
});
while (
  !(await fetch(`${URL}/ready`).then(
    ({ ok }) => ok,
    () => false,
  ))
)
  await sleep(100);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 760 } });
const picture = (name: string) => page.screenshot({ path: `docs/pictures/${name}.png` });

await page.goto(`${URL}/console`);
await page.getByRole('button', { name: /^epic/ }).click();
await picture('entities');
await page.goto(`${URL}/console#explore?partition=PROJECT%23test123&begins_with=EPIC%23`);
await page.getByRole('button', { name: 'Open PROJECT#test123, EPIC#E001' }).click();
await page.getByLabel('Value of status').fill('Done');
await page.getByRole('button', { name: /^Save/ }).click();
await picture('change');
await page.goto(`${URL}/console#live`);
await page.getByText('watching').waitFor();
const headers = { 'content-type': 'application/json', 'user-agent': 'planner-agent/2.1' };
for (const [tool, body] of [
  ['query', '{"key":{"PK":"PROJECT#test123"},"limit":5}'],
  ['get_item', `{"key":${EPIC}}`],
  ['update_item', `{"key":${EPIC},"updates":{"status":"Done"},"expected":{"status":"Open"}}`],
]) {
  await fetch(`${URL}/tools/${tool}`, { method: 'POST', headers, body: body ?? '' });
}
await page.getByText('ConditionalCheckFailed').waitFor();
await picture('live');

await browser.close();
service.kill();
await once(service, 'exit');
