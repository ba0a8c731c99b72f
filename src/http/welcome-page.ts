import { createHash } from 'node:crypto';

const STYLE =
  'body{max-width:44rem;margin:4rem auto;padding:0 1rem;font:1rem/1.6 system-ui,sans-serif;color-scheme:light dark}pre{overflow:auto;padding:1rem;border:1px solid #8886;border-radius:.5rem}';

/** What keeps the page from loading or running anything else. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

interface Welcome {
  service: string;
  version: string;
  table: string;
  /** By which name and port the browser came. */
  host: string;
}

/** What somebody sees who opens the service's address in a browser. */
export function welcomePage(about: Welcome): string {
  const { service, version } = about;
  const table = escaped(about.table);
  const origin = `http://${escaped(about.host)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${service}</title>
<style>${STYLE}</style>
<h1>${service} ${version}</h1>
<p>This is the table <b>${table}</b> of Amazon DynamoDB, for programs and AI agents.</p>
<p>Read a few items:</p>
<pre>curl -X POST ${origin}/tools/scan -H 'content-type: application/json' -d '{"limit": 3}'</pre>
<p>Connect an agent by the Model Context Protocol:</p>
<pre>claude mcp add --transport http dynamodb ${origin}/mcp</pre>
<p><a href="/openapi.json">All tools, as OpenAPI</a> · <a href="/health">health</a> · <a href="/ready">readiness</a></p>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
