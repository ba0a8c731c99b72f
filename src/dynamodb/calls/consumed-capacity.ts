/** What an operation consumed at one table, as DynamoDB reported it. */
export interface ReportedCapacity {
  readonly table: string | undefined;
  readonly units: number;
  readonly vectorBytes: number;
}

/** The capacity units that an answer reports, of all tables. */
export function consumedCapacity(output: object): number {
  if (!('ConsumedCapacity' in output)) return 0;
  const { ConsumedCapacity: reported } = output;
  if (!Array.isArray(reported)) return amount(reported, 'CapacityUnits');
  return reported.reduce<number>((sum, entry) => sum + amount(entry, 'CapacityUnits'), 0);
}

/** What an answer reports, table by table. */
export function capacityByTable(output: object): ReportedCapacity[] {
  if (!('ConsumedCapacity' in output) || !output.ConsumedCapacity) return [];
  const { ConsumedCapacity: reported } = output;
  return Array.isArray(reported) ? reported.map(atTable) : [atTable(reported)];
}

function atTable(report: unknown): ReportedCapacity {
  return {
    table: nameIn(report),
    units: amount(report, 'CapacityUnits'),
    vectorBytes: amount(report, 'VectorSearchRequestBytes'),
  };
}

function nameIn(report: unknown): string | undefined {
  const { TableName: name } = (report ?? {}) as { TableName?: unknown };
  return typeof name === 'string' ? name : undefined;
}

/** What is not told as a number is not known: an answer is not worth less for it. */
function amount(report: unknown, name: string): number {
  if (typeof report !== 'object' || report === null) return 0;
  const value = (report as Record<string, unknown>)[name];
  return typeof value === 'number' && value >= 0 && value < Number.MAX_SAFE_INTEGER ? value : 0;
}
