import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { TelemetrySettings } from './settings.ts';

const PRODUCTION = 'production';
const PRODUCTION_SHARE = 0.1;
const PARENT_BASED = 'parentbased_';

/** The sampler that OTEL_TRACES_SAMPLER names, with the share that it has where none is given. */
export function createSampler(settings: TelemetrySettings): Sampler {
  const { OTEL_TRACES_SAMPLER: name, ENVIRONMENT: environment } = settings;
  const usual = environment === PRODUCTION ? PRODUCTION_SHARE : 1;
  const root = rootSampler(
    name.replace(PARENT_BASED, ''),
    settings.OTEL_TRACES_SAMPLER_ARG ?? usual,
  );
  return name.startsWith(PARENT_BASED) ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(name: string, share: number): Sampler {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    default:
      return new TraceIdRatioBasedSampler(share);
  }
}
