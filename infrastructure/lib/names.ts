/** The stage whose names are bare: it is what there is where nobody speaks of stages. */
export const PRODUCTION = 'production';

/** What is named by people, so that the stages of one account never meet. */
export interface Names {
  /** A stack, and so everything in it that CloudFormation names. */
  stack(subject: string): string;
  /** Before the names of alarms, the dashboard, the trail and WAF. */
  readonly prefix: string;
  /** A log group of the service. */
  logGroup(subject: string): string;
  /** A repository of images. */
  repository(image: string): string;
  /** The namespace of the metrics that are made from the log. */
  readonly namespace: string;
}

/** Names of a stage. */
export function namesOf({ stage }: { stage: string }): Names {
  const isBare = stage === PRODUCTION;
  const suffix = isBare ? '' : `-${stage}`;
  const word = isBare ? '' : stage.charAt(0).toUpperCase() + stage.slice(1);
  return {
    stack: (subject) => `DynamodbMcp${word}${subject}`,
    prefix: `dynamodb-mcp${suffix}`,
    logGroup: (subject) => `/dynamodb-mcp${suffix}/${subject}`,
    repository: (image) => `${image}${suffix}`,
    namespace: `DynamodbMcp${word}`,
  };
}
