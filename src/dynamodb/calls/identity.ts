import {
  loadConfig,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
} from '@smithy/core/config';
import type { SigningCredentials } from '../lean/sign.ts';
import { createCredentials } from './credentials.ts';

const DEFAULT_REGION = 'us-east-1';

/** As whom, and for which region, requests to other services of AWS are signed. */
export interface Identity {
  credentials(): Promise<SigningCredentials>;
  region(): Promise<string>;
  /** Has the credentials read again, because these are said to have expired. */
  forget(): void;
}

/** The region as the SDK finds it, with one for whoever has none. */
export function profileRegion() {
  const options = { ...NODE_REGION_CONFIG_OPTIONS, default: DEFAULT_REGION };
  return loadConfig(options, NODE_REGION_CONFIG_FILE_OPTIONS);
}

/** The identity by the SDK's chains, without a region of its own that of the profile. */
export function createIdentity(settings: {
  region: string | undefined;
  hasCredentialsEndpoint: boolean;
}): Identity {
  const { provide, forget } = createCredentials({ hasEndpoint: settings.hasCredentialsEndpoint });
  const ofProfile = profileRegion();
  return {
    credentials: () => provide(),
    region: async () => settings.region ?? ofProfile(),
    forget,
  };
}
