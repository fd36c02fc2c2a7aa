# One image for both programs: the server (by default) and, with another command, a region's worker.
#
#   docker build -t statusquo .
#   docker compose up

FROM node:26.13.0-bookworm-slim AS build
WORKDIR /app
ENV TURBO_TELEMETRY_DISABLED=1
COPY . .
# Whole first, because the dashboard is built with it; then again without what only building needs. --ignore-scripts:
# npm would compile better-sqlite3 although it ships its binary. --omit=optional: the Node of this image is used, not
# the one that a clone brings along.
RUN npm ci --ignore-scripts --loglevel=error \
  && npx turbo run build --output-logs=errors-only \
  && npm ci --ignore-scripts --omit=dev --omit=optional --loglevel=error \
  && rm -rf .turbo node_modules/.cache

FROM node:26.13.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production STATUSQUO_DATA=/data
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4090
# Node itself is the first process, so that SIGTERM reaches it. A worker: apps/worker/bin/statusquo-worker.mjs --region NAME
CMD ["node", "apps/server/bin/statusquo.mjs", "serve"]
