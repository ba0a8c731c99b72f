import {
  type Context,
  ROOT_CONTEXT,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Sample } from './sampler.ts';

/** Begins spans. */
export interface Tracing {
  /**
   * A span under a parent, or the first of its trace, as the context of what it is about. Where it is
   * not recorded that is the parent's, which others may record, or nothing.
   */
  start(name: string, options: SpanOptions, parent: Context | undefined): Context | undefined;
  /** A span under one that is recorded. */
  readonly tracer: Tracer;
}

/** Spans by a tracer that records all of them, where they are to be recorded. */
export function createTracing(tracer: Tracer, sample: Sample): Tracing {
  return {
    tracer,
    start: (name, options, parent) => {
      if (!isRecorded(parent) && !sample(parent && trace.getSpanContext(parent))) return parent;
      const under = parent ?? ROOT_CONTEXT;
      return trace.setSpan(under, tracer.startSpan(name, options, under));
    },
  };
}

/** Whether a context's span is one of ours, and recorded. */
export function isRecorded(context: Context | undefined): context is Context {
  return context !== undefined && trace.getSpan(context)?.isRecording() === true;
}
