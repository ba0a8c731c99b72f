ARG NODE_IMAGE=node:24-slim

# The bundle is the same for every processor, so it is built on the builder's own.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
# An SBOM must name what is bundled, and only this stage has it as packages.
ARG BUILDKIT_SBOM_SCAN_STAGE=true
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --workspaces=false
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
COPY infrastructure/DYNAMODB_SCHEMA.md ./infrastructure/
RUN node scripts/build.ts

FROM ${NODE_IMAGE}
ARG VERSION=1.0.0
LABEL org.opencontainers.image.title="dynamodb-mcp-server" \
      org.opencontainers.image.description="The governed door to Amazon DynamoDB for programs and AI agents" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      io.modelcontextprotocol.server.name="io.github.dynamodb-mcp-server/dynamodb-mcp-server"
ENV NODE_ENV=production \
    NODE_OPTIONS="--max-old-space-size-percentage=75 --max-semi-space-size=16" \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=32768 \
    MALLOC_TRIM_THRESHOLD_=65536
WORKDIR /app
COPY --from=build --chmod=0555 /build/dist/ ./
USER 1000
EXPOSE 8002
# Not every builder knows --start-interval, so the interval itself is short and the check cheap.
HEALTHCHECK --interval=2s --timeout=3s --start-period=60s --retries=15 \
  CMD ["node", "-e", "require('http').get(`http://127.0.0.1:${process.env.PORT||8002}/health/started`,r=>process.exit(r.statusCode===200?0:1)).on('error',()=>process.exit(1))"]
CMD ["node", "cli.js"]
