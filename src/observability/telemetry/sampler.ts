import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import type { TelemetrySettings } from './settings.ts';

const PRODUCTION = new Set(['production', 'prod']);
const PRODUCTION_SHARE = 0.1;
const PARENT_BASED = 'parentbased_';

/** Whether a span is recorded that is under one of somebody else's, or begins a trace. */
export type Sample = (remote: SpanContext | undefined) => boolean;

/**
 * What OTEL_TRACES_SAMPLER names, with the share that it has where none is given. A trace that begins
 * here is drawn before it has an id, as the id of one that is not recorded is made for nothing.
 */
export function createSampler(settings: TelemetrySettings): Sample {
  const share = shareOf(settings);
  if (settings.OTEL_TRACES_SAMPLER.startsWith(PARENT_BASED)) {
    return (remote) => (remote ? isSampled(remote) : Math.random() < share);
  }
  const byTraceId = new TraceIdRatioBasedSampler(share);
  return (remote) => {
    if (!remote) return Math.random() < share;
    const { decision } = byTraceId.shouldSample(undefined, remote.traceId);
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  };
}

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

function shareOf(settings: TelemetrySettings): number {
  const { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: given, ENVIRONMENT } = settings;
  if (name.endsWith('always_on')) return 1;
  if (name.endsWith('always_off')) return 0;
  return given ?? (PRODUCTION.has(ENVIRONMENT.toLowerCase()) ? PRODUCTION_SHARE : 1);
}
