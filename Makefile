# SPDX-License-Identifier: GPL-2.0-only
#
# Entry points.  What they do is in tests/ and tests/rig/.

BASE ?= 4.17
export QUICK

.PHONY: help
help:
	@echo 'make demo                 boot an emulated machine four times, tell the story'
	@echo 'make check [QUICK=1]      all tests, or without the slower ones'
	@echo 'make boot [SCENARIOS=..]  boot scenarios alone (tests/suites/boot/run --list)'
	@echo 'make unit                 unit tests alone'
	@echo 'make model                search all histories of a machine (tests/suites/model)'
	@echo 'make mutants              which invariant falls without which part'
	@echo 'make coverage             which lines and branches the tests reach'
	@echo 'make fuzz                 fuzz all untrusted input, without end'
	@echo 'make bench [QUICK=1]     count what is saved in boots: 30 minutes, QUICK=1: 4'
	@echo 'make bench-native        time scrub and heap on this processor: minutes'
	@echo 'make bench-doc           put the figures into docs/performance.md'
	@echo 'make bench-check         what must hold of the figures, counted: 8 minutes'
	@echo 'make soak [N=3]           random histories of the model in QEMU'
	@echo 'make lint                 static checks alone'
	@echo 'make xen [BASE=$(BASE)]     build Xen with the series, print where it is'
	@echo 'make xen XEN_TREE=dir     apply the series to a Xen tree of your own'
	@echo 'make series [BASE=$(BASE)|XEN_TREE=dir] [V=n]  write patches and cover letter'
	@echo 'make series-check         build and boot the series patch by patch'
	@echo 'make qemu                 build the emulator, print where it is'
	@echo 'make deb                  build and boot the package of Debian'
	@echo 'make clean                remove build/; caches outside the tree stay'

.PHONY: setup
setup:
	@tests/build/setup

.PHONY: demo
demo: setup
	@tests/suites/boot/demo

.PHONY: check
check:
	@tests/check

.PHONY: boot
boot: setup
	@tests/suites/boot/run $(SCENARIOS)

.PHONY: unit
unit: setup
	@$(MAKE) --no-print-directory -C tools/tests/bootscrub run

.PHONY: model
model: setup
	@$(MAKE) --no-print-directory -s -C tests/suites/model full

.PHONY: mutants
mutants: setup
	@tests/suites/model/mutants $(MUTANTS)

.PHONY: coverage
coverage: setup
	@tests/suites/coverage/run unit model fuzz

.PHONY: fuzz
fuzz: setup
	@$(MAKE) --no-print-directory -s -C tests/suites/fuzz endless

.PHONY: bench
bench: setup
	@tests/bench/run $(if $(QUICK),--quick)

# Needs neither QEMU nor root.
.PHONY: bench-native
bench-native: setup
	@tests/bench/native/run $(if $(QUICK),--quick)

.PHONY: bench-doc
bench-doc: setup
	@tests/bench/doc

.PHONY: bench-check
bench-check: setup
	@tests/bench/check

.PHONY: soak
soak: setup
	@$(MAKE) --no-print-directory -s -C tests/suites/model
	@tests/suites/model/soak $(N)

.PHONY: lint
lint: setup
	@tests/suites/lint

.PHONY: xen
ifdef XEN_TREE
xen:
	@tests/series/apply "$(XEN_TREE)"
	@echo 'the series is applied to $(XEN_TREE)'
else
xen: setup
	@tests/build/build-xen $(BASE)
endif

.PHONY: series
series: setup
	@tests/series/series $(if $(V),-v "$(V)") "$(or $(XEN_TREE),$(BASE))"

.PHONY: series-check
series-check: setup
	@tests/series/check $(BASE)

.PHONY: qemu
qemu: setup
	@tests/build/build-qemu

.PHONY: deb
deb: setup
	@tests/suites/packaging/deb

.PHONY: clean
clean:
	rm -rf build
	@$(MAKE) --no-print-directory -C tools/tests/bootscrub clean
