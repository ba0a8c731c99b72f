// The parts of undici that are used, by their files: the whole package would add a tenth to the
// bundle, its memory and the time to start.
declare module 'undici/lib/api/api-connect.js' {
  export { connect as default } from 'undici';
}
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  export { EnvHttpProxyAgent as default } from 'undici';
}
