import { useState } from 'preact/hooks';
import type { JsonObject } from '../../json/parse.ts';
import { Choice, Copyable, Dialog } from '../parts.tsx';
import type { Table } from '../table.ts';
import { asCurl, asMcp } from './call-texts.ts';
import { asSdk } from './sdk-text.ts';

const VIEWS = { curl: 'curl', mcp: 'MCP', sdk: 'AWS SDK' } as const;

/** A call, to be copied in the form of one's own program. */
export function CallViews(props: {
  table: Table;
  tool: string;
  input: JsonObject;
  onClose: () => void;
}) {
  const { table, tool, input } = props;
  const [view, setView] = useState<keyof typeof VIEWS>('curl');
  const texts = {
    curl: asCurl(tool, input),
    mcp: asMcp(tool, input),
    sdk:
      asSdk(table, tool, input) ??
      `// ${tool} is more than one command of the SDK: use curl or MCP.`,
  };
  return (
    <Dialog title={`This call of ${tool}`} onClose={props.onClose}>
      <Choice label="Form" names={VIEWS} chosen={view} onChoose={setView} />
      <Copyable key={view} label={VIEWS[view]} text={texts[view]} />
    </Dialog>
  );
}
