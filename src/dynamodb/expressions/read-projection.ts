import { type Path, type ResolveName, TokenReader } from './token-reader.ts';

/** Reads the paths of a projection; throws UnreadExpression. */
export function readProjection(expression: string, resolve: ResolveName): Path[] {
  const tokens = new TokenReader(expression, resolve);
  const paths: Path[] = [];
  do paths.push(tokens.path());
  while (tokens.take(','));
  if (!tokens.atEnd) tokens.fail();
  return paths;
}
