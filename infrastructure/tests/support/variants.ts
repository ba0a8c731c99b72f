const WITH_ENDPOINTS = {
  vpcId: 'vpc-0000000000000000a',
  vpcCidr: '10.20.0.0/16',
  subnetIds: 'subnet-0000000000000000a,subnet-0000000000000000b',
};
const EXISTING_VPC = { ...WITH_ENDPOINTS, routeTableIds: 'rtb-0000000000000000a' };

/** Every way to build the stacks that changes what is in them, by name. */
export const VARIANTS: Record<string, Record<string, string>> = {
  default: {},
  public: { exposure: 'public' },
  'public for some': { exposure: 'public', clientCidrs: '198.51.100.0/24, 203.0.113.7/32' },
  'with WAF': { wafRateLimit: '2000' },
  x86: { architecture: 'x86_64' },
  'three zones': { availabilityZones: '3' },
  'read-only': { readOnly: 'true' },
  'with a collector': { collector: 'true' },
  'with data events': { dataEvents: 'true' },
  'with search by meaning': {
    vectorDimensions: '1024',
    embeddingModel: 'amazon.titan-embed-text-v2:0',
  },
  'with further tables': { furtherTables: 'Archive, Other.Table' },
  'with a policy': { accessPolicy: 'true' },
  staging: { stage: 'staging' },
  'an existing VPC': EXISTING_VPC,
  'an existing VPC that has its endpoints': WITH_ENDPOINTS,
  'public in an existing VPC': {
    ...EXISTING_VPC,
    exposure: 'public',
    publicSubnetIds: 'subnet-0000000000000000c,subnet-0000000000000000d',
  },
  'staging in an existing VPC': { ...EXISTING_VPC, stage: 'staging' },
  'with PrivateLink': { privateLinkAccounts: '111122223333, 444455556666' },
  'an existing table': {
    existingTable: 'true',
    tableKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef',
  },
  'with limits': { maxReadUnits: '1000', maxWriteUnits: '500' },
};
