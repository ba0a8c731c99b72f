import { useState } from 'preact/hooks';
import { Failure } from '../parts.tsx';
import { call, type ServiceFailure, type Session } from '../service.ts';
import { objectIn } from '../values/object-in.ts';

/** The tools that only read: asking is harmless, and tells what the role sees. */
const READING = /^(?:get|query|scan|batch_get|transact_get|search|describe|list)/;

/** What the policy makes of a call: a write is planned and not sent, a read is made. */
export function Explain({ session }: { session: Session }) {
  const [tool, setTool] = useState(session.tools[0] ?? '');
  const [text, setText] = useState('{"key": {}}');
  const [told, setTold] = useState<string>();
  const [failure, setFailure] = useState<ServiceFailure>();
  const input = objectIn(text);
  const explain = async (event: Event) => {
    event.preventDefault();
    if (!input) return;
    setTold(undefined);
    setFailure(undefined);
    try {
      const asked = READING.test(tool) ? input : { ...input, dry_run: true };
      const { cost: _cost, ...reply } = await call(tool, asked);
      setTold(JSON.stringify(reply, null, 2));
    } catch (error) {
      setFailure(error as ServiceFailure);
    }
  };
  return (
    <section>
      <h2>Explain a call</h2>
      <p>A write is decided and planned, and not done; a read is done.</p>
      <form onSubmit={(event) => void explain(event)}>
        <div class="row">
          <select
            aria-label="Tool"
            value={tool}
            onChange={(event) => setTool(event.currentTarget.value)}
          >
            {session.tools.map((each) => (
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
