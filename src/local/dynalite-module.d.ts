declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** Starts DynamoDB's interface over LevelDB; without `path` in memory. */
  export default function dynalite(options?: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}
