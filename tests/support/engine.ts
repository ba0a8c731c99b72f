import type { TestProject } from 'vitest/node';
import { startDatabase } from '../../src/local/database.ts';

/** Where the tests find DynamoDB. */
export interface Engine {
  name: string;
  endpoint: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    engine: Engine;
  }
}

interface RunningEngine extends Engine {
  stop(): Promise<void>;
}

/** Starts the engine that all test files share, and says which one it is. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [major] = process.versions.node.split('.');
  if (Number(major) < 24) throw new Error(`Tests need Node 24, this is ${process.version}`);
  const engine = await startEngine();
  process.stdout.write(`Tests use ${engine.name} at ${engine.endpoint}\n`);
  project.provide('engine', { name: engine.name, endpoint: engine.endpoint });
  return () => engine.stop();
}

async function startEngine(): Promise<RunningEngine> {
  const { TEST_DYNAMODB_ENDPOINT, TEST_ENGINE } = process.env;
  if (TEST_DYNAMODB_ENDPOINT) {
    return { name: 'endpoint', endpoint: TEST_DYNAMODB_ENDPOINT, stop: async () => {} };
  }
  if (TEST_ENGINE === 'dynamodb-local') return startContainer();
  if (TEST_ENGINE && TEST_ENGINE !== 'dynalite') {
    throw new Error(`TEST_ENGINE must be dynalite or dynamodb-local, not ${TEST_ENGINE}`);
  }
  const database = await startDatabase();
  return { name: 'dynalite', endpoint: database.endpoint, stop: () => database.close() };
}

async function startContainer(): Promise<RunningEngine> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const image = process.env.TEST_DYNAMODB_LOCAL_IMAGE || 'amazon/dynamodb-local';
  const container = await new GenericContainer(image)
    .withExposedPorts(8000)
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  return {
    name: 'dynamodb-local',
    endpoint: `http://${container.getHost()}:${container.getMappedPort(8000)}`,
    stop: async () => {
      await container.stop();
    },
  };
}
