import { ACCESS } from './access.ts';
import { ALARMS } from './alarms.ts';
import type { Property } from './deployment.ts';
import { FIREWALL } from './firewall.ts';
import { LOAD_BALANCER } from './load-balancer.ts';
import { NETWORK } from './network.ts';
import { RECORDS } from './records.ts';
import { REFERENCES } from './references.ts';
import { RELEASE } from './release.ts';
import { SERVICE } from './service.ts';
import { STORAGE } from './storage.ts';

/** All that must hold for every deployment, whatever its settings, by its sentence. */
export const PROPERTIES: Record<string, Property> = {
  ...STORAGE,
  ...NETWORK,
  ...ACCESS,
  ...LOAD_BALANCER,
  ...SERVICE,
  ...FIREWALL,
  ...ALARMS,
  ...RECORDS,
  ...RELEASE,
  ...REFERENCES,
};
