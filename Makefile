# SPDX-License-Identifier: GPL-2.0-only
#
# Entry points.  What they do is in tests/ and tests/rig/.

# BASE: a release of Xen in tests/build/bases; without it, this Debian's own.
export BASE
export LC_ALL := C

# One run at a time in this tree.
ALONE := tests/build/alone

goals := $(or $(MAKECMDGOALS),help)

ifneq ($(shell pwd | tr -d 'A-Za-z0-9/._+,@\n-'),)
# make cannot work in a path with a blank: have a copy made, and work there.
.PHONY: $(goals)
$(firstword $(goals)):
	@tests/build/plain $(MAKE) --no-print-directory $(MAKEOVERRIDES) $(goals) \
	    $(if $(XEN_TREE),XEN_TREE="$$(cd "$(XEN_TREE)" && pwd)")
$(wordlist 2,$(words $(goals)),$(goals)): $(firstword $(goals))
	@:
else

.PHONY: help
help:
	@echo 'make demo                 boot an emulated machine four times, tell the story'
	@echo 'make check                what convinces: 15 minutes from nothing'
	@echo 'make check FULL=1         what CI runs: 65 minutes from nothing'
	@echo 'make release-check        all the rest, resumable; PARTS=.. for some'
	@echo 'make boot [SCENARIOS=..]  boot scenarios alone (tests/suites/boot/run --list)'
	@echo 'make unit                 unit tests alone'
	@echo 'make model                search all histories of a machine (tests/suites/model)'
	@echo 'make mutants              which invariant falls without which part'
	@echo 'make prove [PROOFS=..]    no undefined behaviour, whatever the bytes (Frama-C)'
	@echo 'make coverage             which lines and branches the tests reach'
	@echo 'make fuzz                 fuzz all untrusted input, without end'
	@echo 'make bench [SHORT=1]     count what is saved in boots: 30 minutes, SHORT=1: 4'
	@echo 'make bench-native        time scrub and heap on this processor: minutes'
	@echo 'make bench-doc           put the figures into docs/performance.md'
	@echo 'make bench-check         what must hold of the figures, counted: 8 minutes'
	@echo 'make soak [N=3]           random histories of the model in QEMU'
	@echo 'make lint                 static checks alone'
	@echo 'make xen [BASE=4.NN]      build Xen with the series, print where it is'
	@echo 'make xen XEN_TREE=dir     apply the series to a Xen tree of your own'
	@echo 'make series [BASE=4.NN|XEN_TREE=dir] [V=n]  write patches and cover letters'
	@echo 'make series-check         build and boot the series patch by patch'
	@echo 'make qemu                 build the emulator, print where it is'
	@echo 'make efi                  build bootscrub.efi (tools/efi), print where it is'
	@echo 'make kit                  build the USB image that asks a machine what it does'
	@echo 'make deb                  build packages for this Debian, beside its own'
	@echo 'make clean                remove build/; caches outside the tree stay'

.PHONY: setup
setup:
	@tests/build/setup

.PHONY: demo
demo: setup
	@$(ALONE) tests/suites/boot/demo

.PHONY: check
check:
	@$(ALONE) tests/check $(if $(FULL),--full)

.PHONY: release-check
release-check: setup
	@$(ALONE) tests/release $(PARTS)

.PHONY: boot
boot: setup
	@$(ALONE) tests/suites/boot/run $(SCENARIOS)

.PHONY: unit
unit: setup
	@$(MAKE) --no-print-directory -C tools/tests/bootscrub run

.PHONY: model
model: setup
	@$(MAKE) --no-print-directory -s -C tests/suites/model all

.PHONY: mutants
mutants: setup
	@$(ALONE) tests/suites/model/mutants $(MUTANTS)

.PHONY: prove
prove: setup
	@$(ALONE) tests/suites/prove/run $(PROOFS)

.PHONY: coverage
coverage: setup
	@$(ALONE) tests/suites/coverage/run unit model fuzz

.PHONY: fuzz
fuzz: setup
	@$(MAKE) --no-print-directory -s -C tests/suites/fuzz endless

.PHONY: bench
bench: setup
	@$(ALONE) tests/bench/run $(if $(SHORT),--quick)

# Needs neither QEMU nor root.
.PHONY: bench-native
bench-native: setup
	@tests/bench/native/run $(if $(SHORT),--quick)

.PHONY: bench-doc
bench-doc: setup
	@tests/bench/doc

.PHONY: bench-check
bench-check: setup
	@$(ALONE) tests/bench/check

.PHONY: soak
soak: setup
	@$(MAKE) --no-print-directory -s -C tests/suites/model
	@$(ALONE) tests/suites/model/soak $(N)

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
	@$(ALONE) tests/series/check $(BASE)

.PHONY: qemu
qemu: setup
	@tests/build/build-qemu

.PHONY: efi
efi: setup
	@tests/build/efi

.PHONY: kit
kit: setup
	@tests/build/kit

# Sets up what it needs itself, which is less.
.PHONY: deb
deb:
	@$(ALONE) tests/suites/packaging/deb

.PHONY: clean
clean:
	rm -rf build
	@$(MAKE) --no-print-directory -C tools/tests/bootscrub clean

endif
