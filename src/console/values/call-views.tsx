import { useEffect, useState } from 'preact/hooks';
import { Choice, Copyable, Dialog, Progress } from '../parts.tsx';
import { read, type ToolCall } from '../service.ts';
import { useTask } from '../use-task.ts';
import { asCurl, asMcp } from './call-texts.ts';
import { dryRunOf } from './dry-run.ts';
import { type PlannedRequest, sdkText } from './sdk-text.ts';

const VIEWS = { curl: 'curl', mcp: 'MCP', sdk: 'AWS SDK' } as const;

/** A call, to be copied in the form of one's own program. */
export function CallViews({ call }: { call: ToolCall }) {
  const [view, setView] = useState<keyof typeof VIEWS>('curl');
  return (
    <>
      <Choice label="Form" names={VIEWS} chosen={view} onChoose={setView} />
      {view === 'sdk' ? (
        <SdkView call={call} />
      ) : (
        <Copyable
          key={view}
          label={VIEWS[view]}
          text={view === 'curl' ? asCurl(call) : asMcp(call)}
        />
      )}
    </>
  );
}

/** The same in a window of its own. */
export function CallDialog({ call, onClose }: { call: ToolCall; onClose: () => void }) {
  return (
    <Dialog title={`Call of ${call.tool}`} onClose={onClose}>
      <CallViews call={call} />
    </Dialog>
  );
}

/** What the service says that it would send, by a dry run of the call. */
function SdkView({ call }: { call: ToolCall }) {
  const [text, setText] = useState<string>();
  const task = useTask();
  useEffect(
    () =>
      void task.run(async (signal) => {
        const { dry_run } = await read(dryRunOf(call), signal);
        const { requests } = dry_run as { requests: PlannedRequest[] };
        setText(sdkText(call.tool, requests));
      }),
    [],
  );
  return text === undefined ? <Progress task={task} /> : <Copyable label={VIEWS.sdk} text={text} />;
}
