import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequests,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

const ask = (message: string, name: string) =>
  inputRequired.elicit({
    message,
    requestedSchema: {
      type: 'object',
      properties: { [name]: { type: 'string' } },
      required: [name],
    },
  });

const askToConfirm = () =>
  inputRequired.elicit({
    message: 'Please confirm',
    requestedSchema: {
      type: 'object',
      properties: { ok: { type: 'boolean' } },
      required: ['ok'],
    },
  });

const sample = (question: string, maxTokens: number) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: question } }],
    maxTokens,
  });

/** What the suite's scenarios of results that want more input call. */
export function registerInput(server: McpServer, codec: RequestStateCodec<string>): void {
  registerSingle(server);
  registerStateful(server, codec);
  registerCapabilities(server);
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Asks' },
    ({ mcpReq }) => {
      const context = acceptedContent(mcpReq.inputResponses, 'user_context')?.context;
      if (context === undefined) {
        const user_context = ask('What context should the prompt use?', 'context');
        return inputRequired({ inputRequests: { user_context } });
      }
      return { messages: [{ role: 'user', content: { type: 'text', text: String(context) } }] };
    },
  );
}

function registerSingle(server: McpServer): void {
  server.registerTool(
    'test_input_required_result_elicitation',
    { description: 'Asks' },
    ({ mcpReq }) => {
      const name = acceptedContent(mcpReq.inputResponses, 'user_name')?.name;
      if (typeof name === 'string') return text(`Hello, ${name}!`);
      return inputRequired({ inputRequests: { user_name: ask('What is your name?', 'name') } });
    },
  );
  server.registerTool('test_missing_capability', { description: 'Needs sampling' }, () =>
    inputRequired({ inputRequests: { greeting: sample('Generate a greeting', 50) } }),
  );
  server.registerTool('test_streaming_elicitation', { description: 'Needs elicitation' }, () =>
    inputRequired({ inputRequests: { confirm: askToConfirm() } }),
  );
  server.registerTool(
    'test_input_required_result_sampling',
    { description: 'Samples' },
    ({ mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
      if (answer.kind === 'sampling') return text(JSON.stringify(answer.result.content));
      const capital_question = sample('What is the capital of France?', 100);
      return inputRequired({ inputRequests: { capital_question } });
    },
  );
  server.registerTool(
    'test_input_required_result_list_roots',
    { description: 'Roots' },
    ({ mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
      if (answer.kind === 'roots') return text(JSON.stringify(answer.roots));
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
    },
  );
}

function registerStateful(server: McpServer, codec: RequestStateCodec<string>): void {
  for (const name of [
    'test_input_required_result_request_state',
    'test_input_required_result_tampered_state',
  ]) {
    server.registerTool(name, { description: 'Keeps state' }, async (context) => {
      const { inputResponses, requestState } = context.mcpReq;
      if (inputResponses && requestState<string>() === name) return text('state-ok');
      const state = await codec.mint(name, context);
      return inputRequired({ inputRequests: { confirm: askToConfirm() }, requestState: state });
    });
  }
  server.registerTool(
    'test_input_required_result_multiple_inputs',
    { description: 'Asks all' },
    async (context) => {
      const { inputResponses = {} } = context.mcpReq;
      const inputRequests: InputRequests = {
        user_name: ask('What is your name?', 'name'),
        greeting: sample('Generate a greeting', 50),
        client_roots: inputRequired.listRoots(),
      };
      if (Object.keys(inputRequests).every((key) => key in inputResponses))
        return text('All there');
      return inputRequired({ inputRequests, requestState: await codec.mint('all', context) });
    },
  );
  server.registerTool(
    'test_input_required_result_multi_round',
    { description: 'Asks twice' },
    (context) => askTwice(context, codec),
  );
}

async function askTwice(context: ServerContext, codec: RequestStateCodec<string>) {
  const { inputResponses, requestState } = context.mcpReq;
  const round = requestState<string>();
  if (round === 'round-2' && acceptedContent(inputResponses, 'step2'))
    return text('Both steps done');
  const second = round === 'round-1' && acceptedContent(inputResponses, 'step1') !== undefined;
  const step1 = ask('Step 1: What is your name?', 'name');
  const step2 = ask('Step 2: What is your favorite color?', 'color');
  return inputRequired({
    inputRequests: second ? { step2 } : { step1 },
    requestState: await codec.mint(second ? 'round-2' : 'round-1', context),
  });
}

function registerCapabilities(server: McpServer): void {
  server.registerTool(
    'test_input_required_result_capabilities',
    { description: 'Asks what it may' },
    (context) => {
      const { inputResponses, envelope } = context.mcpReq;
      if (inputResponses) return text('Done');
      const capabilities = declaredCapabilities(envelope);
      const inputRequests: InputRequests = {
        ...(capabilities.elicitation !== undefined && {
          user_name: ask('What is your name?', 'name'),
        }),
        ...(capabilities.sampling !== undefined && { greeting: sample('Generate a greeting', 50) }),
        ...(capabilities.roots !== undefined && { client_roots: inputRequired.listRoots() }),
      };
      return inputRequired({ inputRequests });
    },
  );
}

/** What the client says of itself in every request of the current era. */
function declaredCapabilities(envelope: unknown): Record<string, unknown> {
  return (envelope as Record<string, Record<string, unknown>>)[CLIENT_CAPABILITIES_META_KEY] ?? {};
}
