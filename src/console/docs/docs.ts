import './docs.css';
import DOMPurify from 'dompurify';
import { keyHeaders, takeKey } from '../key-kept.ts';

/** Swagger UI, which its own script defines. */
declare const SwaggerUIBundle: (settings: {
  spec: unknown;
  domNode: Element | null;
  deepLinking: boolean;
  requestInterceptor: (request: { headers: Record<string, string> }) => unknown;
}) => void;

declare const trustedTypes: {
  createPolicy(name: string, rules: { createHTML(text: string): string }): void;
};

/** What Swagger UI makes markup of, as the descriptions of tools are, goes through here in browsers that ask. */
if ('trustedTypes' in window) {
  trustedTypes.createPolicy('default', { createHTML: (text) => DOMPurify.sanitize(text) });
}

const form = document.querySelector('form');

/** Shows the reference, or asks for a key where there have to be one. */
async function show(): Promise<void> {
  const reply = await fetch('/openapi.json', { headers: keyHeaders() });
  if (form) form.hidden = reply.status !== 401;
  if (!reply.ok) return;
  SwaggerUIBundle({
    spec: await reply.json(),
    domNode: document.querySelector('#reference'),
    deepLinking: true,
    // What is tried is sent as the console sends it, with the key that was given.
    requestInterceptor: (request) =>
      Object.assign(request, { headers: { ...request.headers, ...keyHeaders() } }),
  });
}

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  takeKey(form.querySelector('input')?.value ?? '', false);
  void show();
});
void show();
