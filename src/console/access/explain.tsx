import { useState } from 'preact/hooks';
import { Failure } from '../parts.tsx';
import { read } from '../service.ts';
import type { Session } from '../session.ts';
import { useTask } from '../use-task.ts';
import { dryRunOf } from '../values/dry-run.ts';
import { objectIn } from '../values/object-in.ts';

/** What the policy makes of a call, by a dry run: it is decided and planned, and nothing is sent. */
export function Explain({ session }: { session: Session }) {
  const tools = session.tools.filter(({ dry_run }) => dry_run).map(({ name }) => name);
  const [tool, setTool] = useState(tools[0] ?? '');
  const [text, setText] = useState('{"key": {}}');
  const [told, setTold] = useState<string>();
  const { run, failure } = useTask();
  const input = objectIn(text);
  const explain = (event: Event) => {
    event.preventDefault();
    if (!input) return;
    setTold(undefined);
    void run(async (signal) => {
      const reply = await read(dryRunOf({ tool, input }), signal);
      setTold(JSON.stringify(reply.dry_run, null, 2));
    });
  };
  if (tools.length === 0) return null;
  return (
    <section>
      <h3>Explain a call</h3>
      <p>
        Shows what the call would send to DynamoDB, or why it would be refused. Nothing is sent.
      </p>
      <form onSubmit={explain}>
        <div class="row">
          <select
            aria-label="Tool"
            value={tool}
            onChange={(event) => setTool(event.currentTarget.value)}
          >
            {tools.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
          <button type="submit" class="primary" disabled={!input}>
            Explain
          </button>
        </div>
        <textarea
          class="wide"
          aria-label="Input as JSON"
          rows={6}
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </form>
      {failure && <Failure failure={failure} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      {told && <pre tabIndex={0}>{told}</pre>}
    </section>
  );
}
