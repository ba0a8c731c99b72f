import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { AwsCredentialIdentity } from '@smithy/types';
import { storageError } from './exceptions.ts';

type Provider = ReturnType<typeof defaultProvider>;

/** The credentials of the SDK's chain: environment, profile, SSO, task role. */
export interface CredentialSource {
  /** As the SDK calls it; not to be remembered by the SDK, which would keep stale ones. */
  readonly provide: Provider & { memoized: true };
  /** Has everything read again, files too, because DynamoDB says that these have expired. */
  forget(): void;
}

/**
 * Credentials that outlive a failing endpoint for as long as they are good. Where there have been
 * some, or an endpoint is to give them, a failure is StorageUnavailable; else the SDK's own error.
 */
export function createCredentials(settings: { hasEndpoint: boolean }): CredentialSource {
  let chain = defaultProvider();
  let known: AwsCredentialIdentity | undefined;
  const provide: Provider = async (options) => {
    try {
      known = await chain(options);
      return known;
    } catch (error) {
      if (known?.expiration && known.expiration.getTime() > Date.now()) return known;
      if (known || settings.hasEndpoint) throw storageError('StorageUnavailable', error);
      throw error;
    }
  };
  return {
    provide: Object.assign(provide, { memoized: true as const }),
    forget: () => {
      chain = defaultProvider({ ignoreCache: true });
    },
  };
}
