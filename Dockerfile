# Three stages: the app, the program around it, and an image that holds the program and nothing else.
# .ci/dockerfile-replay.sh carries these very lines out without Docker.

FROM node:24.11.1-bookworm-slim AS pwa
WORKDIR /src/pwa
COPY pwa/package.json pwa/package-lock.json pwa/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY pwa/ ./
RUN npm run build

FROM golang:1.26.8-bookworm AS program
WORKDIR /src
# The modules first: they change less often than the code. storage/nomattn stands in for one of them.
COPY go.mod go.sum ./
COPY storage/nomattn/ storage/nomattn/
RUN go mod download
COPY api/ api/
COPY cmd/ cmd/
COPY models/ models/
COPY storage/ storage/
COPY pwa/embed.go pwa/
COPY --from=pwa /src/pwa/dist/ pwa/dist/
ARG VERSION=dev
# Time zones go into the program: the image has no files of its own for them.
RUN CGO_ENABLED=0 go build -buildvcs=false -trimpath -tags timetzdata \
    -ldflags "-s -w -X main.version=$VERSION" \
    -o /out/linli ./cmd/linli
RUN mkdir -p /out/data /out/tmp

FROM scratch
# Certificates, for S3, SMS and push servers over HTTPS.
COPY --from=program /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=program /out/linli /linli
COPY --from=program --chown=10001:10001 /out/data/ /data/
COPY --from=program --chown=10001:10001 /out/tmp/ /tmp/
ENV LINLI_ADDR=:8080 LINLI_DATA_DIR=/data
USER 10001:10001
EXPOSE 8080
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["/linli", "health"]
ENTRYPOINT ["/linli"]
CMD ["serve"]
