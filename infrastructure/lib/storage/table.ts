import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type CfnTable,
  ContributorInsightsMode,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/settings.ts';

/** The one global index of the table. */
export const INDEX_NAME = 'GSI1';
/** The name that a vector index must have for the service to search it. */
export const VECTOR_INDEX_NAME = 'BY_MEANING';
/** The attribute with the second after which DynamoDB may delete an item. */
const TTL_ATTRIBUTE = 'expires_at';

const string = (name: string) => ({ name, type: AttributeType.STRING });
const INSIGHTS = {
  contributorInsightsSpecification: {
    enabled: true,
    mode: ContributorInsightsMode.ACCESSED_AND_THROTTLED_KEYS,
  },
};

/** A table that is there already, by its name; its key is its owner's. */
export function existingTable(scope: Construct, { tableName }: Settings): ITable {
  return Table.fromTableName(scope, 'Table', tableName);
}

/** The table of `DYNAMODB_SCHEMA.md`: encrypted, restorable for 35 days, protected from deletion. */
export function createTable(scope: Construct, settings: Settings, encryptionKey: IKey): Table {
  const limits = {
    maxReadRequestUnits: settings.maxReadUnits,
    maxWriteRequestUnits: settings.maxWriteUnits,
  };
  const table = new Table(scope, 'Table', {
    tableName: settings.tableName,
    partitionKey: string('PK'),
    sortKey: string('SK'),
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...limits,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey,
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled: true,
      recoveryPeriodInDays: 35,
    },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    timeToLiveAttribute: TTL_ATTRIBUTE,
    ...INSIGHTS,
  });
  table.addGlobalSecondaryIndex({
    indexName: INDEX_NAME,
    partitionKey: string('GSI1PK'),
    sortKey: string('GSI1SK'),
    projectionType: ProjectionType.ALL,
    ...limits,
    ...INSIGHTS,
  });
  if (settings.vectorDimensions) addVectorIndex(table, settings.vectorDimensions);
  return table;
}

/** CDK knows vector indexes of its lower level only. */
function addVectorIndex(table: Table, dimensions: number): void {
  const resource = table.node.defaultChild as CfnTable;
  resource.vectorIndexes = [
    {
      indexName: VECTOR_INDEX_NAME,
      dimensions,
      distanceFunction: 'COSINE',
      vectorAttribute: { attributeName: 'embedding' },
      searchSchema: [{ attributeName: 'PK', searchSchemaElementType: 'HASH' }],
      projection: { projectionType: 'ALL' },
    },
  ];
}
