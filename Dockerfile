# syntax=docker/dockerfile:1

FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
COPY packages ./packages
# None of the server's packages has an install script. The image contains Node, so npm's copy is left out.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY scripts ./scripts
COPY src ./src
COPY web ./web
RUN npm run build \
    && npm prune --omit=dev --ignore-scripts \
    && rm -rf node_modules/node-linux-* node_modules/.bin node_modules/.cache

FROM node:26-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATABASE_URL=sqlite:/data/latchkey.sqlite3
WORKDIR /app
# The program belongs to root, so the server cannot change itself. It may write only to /data.
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
RUN install -d -o node -g node -m 0700 /data
USER 1000:1000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=30s --start-interval=1s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
