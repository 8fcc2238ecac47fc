# The Node.js version. There is no image of 24 for arm/v7, so docker-bake.hcl builds that with 22.
ARG NODE=24

FROM node:${NODE}-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:${NODE}-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
# No source maps, no TypeScript, no libsql for musl: npm installs that too, as the lock file does not name C libraries.
RUN npm ci --omit=dev --ignore-scripts \
  && find node_modules \( -name '*.map' -o -name '*.ts' -o -name '*.[cm]ts' \) -delete \
  && rm -rf node_modules/@libsql/*-musl*

FROM node:${NODE}-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
# The ssh client is for hosts with `ssh://`.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends openssh-client \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/* \
  && mkdir logs data && chown node:node logs data
COPY --from=build /app/package.json /app/dockstat.yaml ./
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 7070
# Mount these to keep the log and the history. Docker mounts new volumes otherwise, so the root can be read-only.
VOLUME ["/app/logs", "/app/data"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "dist/server.js", "health"]
CMD ["node", "--v8-pool-size=1", "dist/server.js"]

ARG VERSION=2.0.0
ARG REVISION
ARG CREATED
ARG SOURCE
LABEL org.opencontainers.image.title="DockStatAPI" \
  org.opencontainers.image.description="How your containers are doing, on all your Docker hosts" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.created="${CREATED}" \
  org.opencontainers.image.source="${SOURCE}"
