# Every word a developer needs. "make run" is the way in; "make test" is what must pass.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: backup-drill net help run build pwa test test-minio check openapi types e2e screens bench crash secrets clean bin/linli

export CGO_ENABLED := 0
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

help: ## Shows these words
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  \1\t\2/' | expand -t 16

run: ## Gets what is missing, builds all and starts Linli with the demo county on ./data
	@bash .ci/start.sh

build: pwa bin/linli ## Builds the app and the program: bin/linli

# Go knows best what has changed.
bin/linli:
	@mkdir -p bin
	go build -ldflags "-X main.version=$(VERSION)" -o bin/linli ./cmd/linli

pwa: ## Builds the app into pwa/dist
	@bash .ci/pwa.sh packages
	@bash .ci/pwa.sh build

test: ## Everything that must pass: both databases, an S3 server, the app, a browser
	@bash .ci/run test

test-minio: ## The photo store against a real MinIO server (the first time builds it: about 7 minutes)
	@bash .ci/run minio

check: ## Format, vet, layers, lint: no services needed
	@bash .ci/tools.sh staticcheck
	@bash .ci/check.sh shell
	@bash .ci/check.sh format
	@bash .ci/check.sh layers
	@bash .ci/check.sh vet
	@bash .ci/check.sh lint
	@bash .ci/check.sh alerts
	@bash .ci/pwa.sh packages
	cd pwa && npm run typecheck
	cd pwa && npm run lint

openapi: ## Writes api/openapi.json and the list of routes as the code says them
	go test ./api -count=1 -run '^(TestOpenAPI|TestRoutes)$$' -update

types: ## Writes the app's types from api/openapi.json
	@bash .ci/pwa.sh packages
	cd pwa && npm run gen

e2e: build ## Browser tests against the built program
	@bash .ci/tools.sh chromium fonts
	@bash .ci/with-linli.sh npm --prefix pwa run e2e

net: build ## The app on a bad line: 10 phones, 5 tickets each; LINLI_TEST_PHONES, _TICKETS, _PHOTOS, _FULL_PHOTOS=1 make it larger
	@bash .ci/tools.sh chromium fonts toxiproxy
	@bash .ci/with-net.sh

screens: build ## Pictures of the screens
	@bash .ci/tools.sh chromium fonts
	@bash .ci/with-linli.sh npm --prefix pwa run screens

backup-drill: ## Backs up a used county on all kinds of stores, restores it, compares; damages backups and kills restores
	@bash .ci/tools.sh postgres versitygw
	@bash .ci/with-services.sh .ci/must-run.sh Drill -count=1 -timeout=15m ./cmd/linli ./storage/backup -run 'Drill|Backup|Restore|Damage|Noticed'

bench: ## Measures the program beside its controls and writes docs/bench.md; BENCH="-tickets 1000000 -only list" for more, or less
	@bash .ci/tools.sh postgres vips
	@bash .ci/bench.sh $(BENCH)

crash: ## Kills the program and takes its power, and counts what is lost: nothing. TRIAL="-rounds 1000 kill-sqlite" for more of one
	@bash .ci/tools.sh postgres versitygw fuse
	@bash .ci/trial.sh $(or $(TRIAL),all)

secrets: ## Makes ./secrets for compose.yaml with random values; keeps what is there
	@bash .ci/secrets.sh

clean: ## Removes what was built; keeps ./data and ./secrets
	rm -rf bin pwa/node_modules pwa/test-results pwa/playwright-report
	git clean -fdXq pwa/dist
