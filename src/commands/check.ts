import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { PROCESS_ENVIRONMENT } from '../config.ts';
import { StartError } from '../errors.ts';
import { type Command, print, UsageError } from './command.ts';

const TIMEOUT_MS = 15_000;
/** Of no item: what is read is never shown, and the key is in nobody's way. */
const PROBE_KEY = { S: 'dynamodb-mcp-server#check', N: 0, B: { $ddb: { B: 'Y2hlY2s=' } } };

const DESCRIPTION = z.object({
  table: z.string(),
  key_schema: z
    .array(z.object({ attribute_name: z.string(), attribute_type: z.enum(['S', 'N', 'B']) }))
    .min(1),
});
const ITEM = z.object({ success: z.literal(true), item: z.unknown() });
const FAILURE = z.object({ code: z.string(), error: z.string() });

/** Calls a running service as its callers do: fails unless its table can be described and read. */
export const checkCommand: Command = {
  name: 'check',
  argument: 'URL',
  summary: 'check that a running service reads its table; SERVICE_KEY is the API key',
  options: {
    'connect-to': {
      type: 'string',
      value: 'HOST',
      summary: 'with check, reach the service at this host',
    },
  },
  run: async (values, given) => {
    const url = URL.parse(given ?? '');
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new UsageError(
        'check takes the URL of a service, such as https://dynamodb.example.com.',
      );
    }
    const host = values['connect-to'];
    print(await check({ url, host: typeof host === 'string' ? host : undefined }));
  },
};

interface Place {
  readonly url: URL;
  /** Where it is reached, if not by its name. */
  readonly host: string | undefined;
}

async function check(place: Place): Promise<string> {
  const described = await call(place, 'describe_table', {}, DESCRIPTION);
  const key = Object.fromEntries(
    described.key_schema.map(({ attribute_name, attribute_type }) => [
      attribute_name,
      PROBE_KEY[attribute_type],
    ]),
  );
  await call(place, 'get_item', { key }, ITEM);
  return `The service at ${place.url.origin} describes and reads the table ${described.table}.`;
}

/** The reply of a tool, as it must be; throws with what came in its place. */
async function call<Output>(
  place: Place,
  tool: string,
  input: unknown,
  output: z.ZodType<Output>,
): Promise<Output> {
  const { status, body } = await post(place, `/tools/${tool}`, JSON.stringify(input));
  const reply = output.safeParse(body);
  if (status === 200 && reply.success) return reply.data;
  const { data: failure } = FAILURE.safeParse(body);
  const why = failure
    ? `${failure.code}: ${failure.error}`
    : 'the answer is not that of the service.';
  throw new StartError(`${tool} at ${place.url.origin} failed with ${status}, ${why}`);
}

async function post({ url, host }: Place, path: string, body: string) {
  const { SERVICE_KEY: key } = PROCESS_ENVIRONMENT;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      send(new URL(path, url), {
        method: 'POST',
        // The certificate is checked for the name of the service, wherever it is reached.
        ...(host !== undefined && { hostname: host, servername: url.hostname }),
        headers: {
          host: url.host,
          'content-type': 'application/json',
          ...(key && { authorization: `Bearer ${key}` }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
        .on('response', resolve)
        .on('error', reject)
        .end(body);
    });
    return { status: response.statusCode, body: parsed(await text(response)) };
  } catch (error) {
    const { message } = error instanceof Error ? error : { message: String(error) };
    throw new StartError(`The service at ${url.origin} cannot be reached: ${message}.`, {
      cause: error,
    });
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
