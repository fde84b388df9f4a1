# Every target is a script of scripts/, which also works without make. One line each: `make help`.
.DEFAULT_GOAL := help
.PHONY: help run build test check gen dev bench lint fmt clean fresh-clone

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

run: ## install what is missing, build, make the demo company, open it
	@scripts/run

build: ## build/bin/comptoir (the window where its libraries are there)
	@scripts/build

test: ## install what tests need and run everything
	@scripts/test

check: ## the quick half of the tests: format, generated code, vet, linters, unit tests
	@scripts/check

gen: ## write generated code: queries, pages, bindings
	@scripts/gen

dev: ## pages from Vite with reload, the program rebuilt at each change
	@scripts/dev

bench: ## the table of figures, with the floor beside it
	@scripts/bench

lint: ## linters only
	@scripts/lint

fmt: ## format Go and templ sources
	@scripts/fmt

fresh-clone: ## try both commands from a fresh clone in an empty home; prints the times
	@scripts/fresh-clone-test

clean: ## remove what was built here (not data/)
	@rm -rf .cache build/bin frontend/dist/assets frontend/dist/index.html
