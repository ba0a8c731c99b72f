import type { TestProject } from 'vitest/node';
import { startDatabase } from '../../src/local/database.ts';
import { type Capability, ENGINE_NAMES, type EngineName } from '../../src/local/engine.ts';
import { createLogger } from '../../src/observability/logger.ts';

/** Where the tests find DynamoDB. */
export interface Engine {
  name: string;
  endpoint: string;
  /** What it cannot do, for tests to skip. */
  lacks: readonly Capability[];
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
  const { name, endpoint, lacks } = engine;
  project.provide('engine', { name, endpoint, lacks });
  return () => engine.stop();
}

async function startEngine(): Promise<RunningEngine> {
  const { TEST_DYNAMODB_ENDPOINT, TEST_ENGINE } = process.env;
  if (TEST_DYNAMODB_ENDPOINT) {
    const stop = async () => {};
    return { name: 'endpoint', endpoint: TEST_DYNAMODB_ENDPOINT, lacks: [], stop };
  }
  if (TEST_ENGINE === 'dynamodb-local') return startContainer();
  const { engine, endpoint, close } = await startDatabase({
    engine: embeddedEngine(TEST_ENGINE),
    searchPath: process.env.PATH,
    log: createLogger({ level: 'warn', environment: 'test' }, 2),
  });
  return { ...engine, endpoint, stop: close };
}

function embeddedEngine(wanted: string | undefined): EngineName | undefined {
  if (!wanted) return undefined;
  const name = ENGINE_NAMES.find((known) => known === wanted);
  if (name) return name;
  const known = [...ENGINE_NAMES, 'dynamodb-local'].join(', ');
  throw new Error(`TEST_ENGINE must be one of ${known}, not ${wanted}`);
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
    lacks: ['vector search'],
    stop: async () => {
      await container.stop();
    },
  };
}
