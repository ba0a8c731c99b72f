import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server';
import { ConfirmationNeeded } from '../access/confirmation.ts';
import { asServiceError, ServiceError } from '../errors.ts';
import type { JsonObject } from '../json/parse.ts';
import type { Caller, Invoke } from '../tools/invoke.ts';
import type { AnyTool } from '../tools/tool.ts';
import { askPerson, NOBODY_TO_ASK } from './confirmations.ts';
import { errorResult, type ResultMode, toolResult } from './results.ts';

/** How tools are run and answer. */
interface ToolCalls {
  invoke: Invoke;
  resultMode: ResultMode;
}

/**
 * Runs a tool; what it throws is a result too, so that the model can mend its call. Where a person
 * has to confirm it, the result is the question, if the client can put it to one.
 */
export async function callTool(
  { invoke, resultMode }: ToolCalls,
  tool: AnyTool,
  input: unknown,
  caller: Caller,
  canAsk: boolean,
): Promise<CallToolResult | InputRequiredResult> {
  try {
    const output = (await invoke(tool, input, caller)) as JsonObject;
    return toolResult(output, caller.trail, resultMode);
  } catch (error) {
    if (!(error instanceof ConfirmationNeeded)) {
      return errorResult(asServiceError(error), caller.requestId);
    }
    if (canAsk) return askPerson(error);
    return errorResult(new ServiceError(error.code, NOBODY_TO_ASK), caller.requestId);
  }
}
