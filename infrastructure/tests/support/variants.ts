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
  'with limits': { maxReadUnits: '1000', maxWriteUnits: '500' },
};
