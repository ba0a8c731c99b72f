import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { RememberedToken } from '../access/tokens/remembered-tokens.ts';
import type { Principal } from '../tools/tool.ts';

interface Login {
  readonly header: string | undefined;
  readonly principal: Principal;
  readonly token: RememberedToken;
}

/** Who sent the last token over each connection. */
export interface ConnectionLogins {
  /** Who sends a request, if the last token of its connection comes again and is remembered still. */
  principal(request: FastifyRequest): Principal | undefined;
  /** Returns the principal. */
  remember(request: FastifyRequest, principal: Principal, token: RememberedToken): Principal;
}

/**
 * Saves reading and hashing a token that comes with every request of a connection. Tokens may be
 * compared like this, a word at a time, because no word of one can be guessed; keys are not.
 */
export function createConnectionLogins(): ConnectionLogins {
  const logins = new WeakMap<Socket, Login>();
  return {
    principal: ({ raw: { socket }, headers }) => {
      const login = logins.get(socket);
      if (!login || login.header !== headers.authorization) return undefined;
      return login.token.isCurrent() ? login.principal : undefined;
    },
    remember: ({ raw: { socket }, headers }, principal, token) => {
      logins.set(socket, { header: headers.authorization, principal, token });
      return principal;
    },
  };
}
