# What a person types; CI runs `make test`. Without a target: help.
#
# check needs Go, make, git (and a C compiler with libpcsclite for PC/SC and the
# race detector; it says so if they are missing). test needs the packages that
# tools/deps.sh names and installs them when it runs as root.

SHELL   := /bin/bash
.SHELLFLAGS := -euo pipefail -c
BUILD   := build

# cgo is used where it can work: PC/SC on Linux is reached through libpcsclite.
CGO_ENABLED ?= $(shell tools/cgo.sh)
export CGO_ENABLED := $(CGO_ENABLED)
RACE := $(if $(filter 1,$(CGO_ENABLED)),-race)

# What is left to a run without the race detector, which makes everything four
# times as long: tests in packages of the mock with a file tagged !race.
PLAIN = $(shell git grep -lE '^//go:build .*!race' -- 'mock-reader/*_test.go' | xargs -n1 dirname | sort -u | sed 's|^|./|')

# Tests behind these tags need programs of the system: pcscd, a browser, wine.
TAGS := pcsc,e2e,installer,openjpeg,postgres
SYSTEM_PACKAGES = $(shell tools/tagged.sh packages $(TAGS))
STRIPPED := -trimpath -ldflags "-s -w"
WINDOWS_LIMIT := 15728640

FUZZTIME ?= 30s
BENCH    ?= .
STATICCHECK = go tool -modfile=tools/go.mod staticcheck

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: check
check: static unit ## format, vet, lint, unit tests with the race detector

.PHONY: test
test: deps ## everything, as CI runs it; installs what it needs by apt when root
	@env -u CGO_ENABLED $(MAKE) --no-print-directory all-checks # asks anew whether cgo works

.PHONY: demo
demo: ## the form CT01, filled from a mock card, in your browser
	CGO_ENABLED=0 go run ./agent demo

.PHONY: fuzz
fuzz: ## every fuzz target, each for FUZZTIME (30s)
	tools/fuzz.sh $(FUZZTIME)

.PHONY: bench
bench: ## benchmarks: APDUs, bytes and time of a full read (BENCH=regexp)
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

.PHONY: matrix
matrix: ## the reader against the mock chip in every combination: a line a case
	@go run ./internal/matrix

.PHONY: mutations
mutations: ## breaks the reader's checks one at a time; a test must notice each
	go test -tags mutation -timeout 20m -parallel 3 ./internal/mutation ./mock-reader/torture

.PHONY: coverage
coverage: ## docs/coverage.md: what of cardlib the tests run, what not, and why
	@mkdir -p $(BUILD)
	go test -coverpkg=./cardlib/... -coverprofile=$(BUILD)/coverage-library.out ./cardlib/... ./internal/matrix ./mock-reader/scenario
	go test -tags pcsc -p 1 -coverpkg=./cardlib/pcsc -coverprofile=$(BUILD)/coverage-readers.out ./cardlib/pcsc
	go run ./internal/coverage docs/coverage.md $(BUILD)/coverage-library.out $(BUILD)/coverage-readers.out

.PHONY: installer
installer: ## the Windows MSI and the Debian packages, into build/
	tools/deps.sh installer
	installer/build.sh

.PHONY: clean
clean: ## remove build/
	rm -rf $(BUILD)

# The parts of check and test.

.PHONY: all-checks
all-checks: static cross fuzz-briefly unit matrix mutations system

.PHONY: static
static:
	@echo "== gofmt, vet, staticcheck"
	@unformatted=$$(git ls-files -co --exclude-standard '*.go' | xargs -r gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "not formatted:"; echo "$$unformatted"; exit 1; fi
	go vet -tags $(TAGS) ./...
	go -C tools vet ./...
	$(STATICCHECK) -tags $(TAGS) ./...

.PHONY: unit
unit:
	@echo "== unit tests$(if $(RACE),, (without cgo: no race detector and no PC/SC; install gcc, pkg-config and libpcsclite-dev for both))"
	go test $(RACE) ./...
	$(if $(RACE),go test $(PLAIN))

.PHONY: system
system:
	@echo "== tests through pcscd, in a browser, and of the installers: $(SYSTEM_PACKAGES)"
	go test $(RACE) -p 1 -timeout 15m -tags $(TAGS) -run "$$(tools/tagged.sh tests $(TAGS))" $(SYSTEM_PACKAGES)

# Everything for one machine of each system; the programs of the counter for the other one too.
.PHONY: cross
cross:
	@echo "== builds without cgo"
	@for target in linux/amd64 windows/amd64 darwin/arm64; do \
		echo "$$target: everything"; \
		CGO_ENABLED=0 GOOS=$${target%/*} GOARCH=$${target#*/} go build ./...; \
	done
	@for target in linux/arm64 windows/arm64 darwin/amd64; do \
		echo "$$target: agent, mock-reader"; \
		CGO_ENABLED=0 GOOS=$${target%/*} GOARCH=$${target#*/} go build -o /dev/null ./agent ./mock-reader; \
	done
	@mkdir -p $(BUILD)
	@CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go build $(STRIPPED) -o $(BUILD)/size-check.exe ./agent
	@size=$$(stat -c %s $(BUILD)/size-check.exe); rm $(BUILD)/size-check.exe; \
	echo "stripped Windows agent: $$size bytes (at most $(WINDOWS_LIMIT))"; \
	[ "$$size" -lt $(WINDOWS_LIMIT) ]

.PHONY: fuzz-briefly
fuzz-briefly:
	@echo "== fuzz targets, 2s each"
	tools/fuzz.sh 2s

.PHONY: deps
deps:
	@echo "== packages of the system"
	tools/deps.sh all
