import { openApiDocument } from '../http/openapi.ts';
import { TOOLS } from '../tools/registry.ts';
import { VERSION } from '../version.ts';
import { type Command, print } from './command.ts';

export const openApiCommand: Command = {
  name: 'openapi',
  summary: 'print the OpenAPI document',
  run: () => print(JSON.stringify(openApiDocument(TOOLS, VERSION), null, 2)),
};
