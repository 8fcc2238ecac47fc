FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm ci --omit=dev --ignore-scripts --prefer-offline

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
RUN mkdir logs data && chown node:node logs data
COPY --from=build /app/package.json /app/dockstat.yaml ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 7070
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "dist/server.js", "health"]
CMD ["node", "--v8-pool-size=1", "dist/server.js"]
