# SPDX-License-Identifier: GPL-2.0-only
#
# The files of bootscrub=auto, compiled unchanged for user space, with the
# firmware and hypervisor that stand in for the real ones; for all programs
# that run a whole boot.  Set OUT, and CFLAGS as wanted; get BOOT_OBJS, and
# BOOT_CPPFLAGS for what calls them.  SRC may be another tree.

BOOT_ROOT := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/../../../..)
SRC       ?= $(BOOT_ROOT)
MOCK      := $(BOOT_ROOT)/tools/tests/bootscrub/mock

PURE   := $(sort $(notdir $(basename $(wildcard $(SRC)/xen/lib/bootscrub/*.c))))
IMPURE := cbit core nodes
LOADER := bootscrub psp random tcg2
BOOT_OBJS := $(PURE:%=$(OUT)/%.o) $(IMPURE:%=$(OUT)/%.o) \
             $(LOADER:%=$(OUT)/efi-%.o) \
             $(OUT)/memcrypt-decode.o $(OUT)/firmware.o \
             $(OUT)/hypervisor.o $(OUT)/pci.o $(OUT)/state.o \
             $(OUT)/shim.o

# Xen's own, or GNU-EFI's.
EFI_HEADERS := $(if $(wildcard $(SRC)/xen/include/efi/efidef.h), \
                 -DXEN_EFI_HEADERS, \
                 -I/usr/include/efi -I/usr/include/efi/x86_64)

BOOT_BASE := -std=gnu11 -fshort-wchar -D__XEN__ -DCONFIG_BOOTSCRUB_AUTO \
             -I$(MOCK) -iquote $(BOOT_ROOT)/tools/tests/bootscrub \
             -iquote $(SRC)/xen/lib/bootscrub \
             -iquote $(SRC)/xen/arch/x86/bootscrub \
             -iquote $(SRC)/xen/arch/x86/efi -I$(SRC)/xen/include \
             $(EFI_HEADERS) -idirafter $(SRC)
BOOT_CPPFLAGS := $(BOOT_BASE) -Wall -Wextra -Wno-unused-parameter -Werror \
                 -Wfatal-errors

# As in Xen's own tests, pure files see nothing of Xen's but the shim.
PURE_CPPFLAGS := -std=gnu99 -Wall -Wextra -Werror -Wfatal-errors \
                 -I$(BOOT_ROOT)/tools/tests/bootscrub -I$(SRC)/xen/include \
                 -iquote $(SRC)/xen/arch/x86/include/asm

BOOT_HEADERS := $(wildcard $(MOCK)/*.h $(MOCK)/*/*.h \
                  $(SRC)/xen/include/xen/bootscrub*.h \
                  $(SRC)/xen/include/xen/lib/bootscrub/*.h \
                  $(SRC)/xen/arch/x86/efi/*.h \
                  $(SRC)/xen/lib/bootscrub/*.h \
                  $(SRC)/xen/arch/x86/bootscrub/*.h \
                  $(SRC)/xen/arch/x86/include/asm/*.h)

$(PURE:%=$(OUT)/%.o): $(OUT)/%.o: $(SRC)/xen/lib/bootscrub/%.c $(BOOT_HEADERS)
	@mkdir -p $(OUT)
	$(CC) $(PURE_CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(OUT)/memcrypt-decode.o: $(SRC)/xen/arch/x86/memcrypt/decode.c $(BOOT_HEADERS)
	@mkdir -p $(OUT)
	$(CC) $(PURE_CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(OUT)/shim.o: $(BOOT_ROOT)/tools/tests/bootscrub/shim.c $(BOOT_HEADERS)
	@mkdir -p $(OUT)
	$(CC) $(PURE_CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(IMPURE:%=$(OUT)/%.o): $(OUT)/%.o: $(SRC)/xen/arch/x86/bootscrub/%.c $(BOOT_HEADERS)
	@mkdir -p $(OUT)
	$(CC) $(BOOT_CPPFLAGS) $(CFLAGS) -c -o $@ $<

# Through links, as beside the files themselves there is Xen's own efi.h.
$(LOADER:%=$(OUT)/efi-%.o): $(OUT)/efi-%.o: $(SRC)/xen/arch/x86/efi/%.c $(BOOT_HEADERS)
	@mkdir -p $(OUT)
	@ln -sf $(abspath $<) $(OUT)/efi-$*-link.c
	$(CC) $(BOOT_CPPFLAGS) $(CFLAGS) -c -o $@ $(OUT)/efi-$*-link.c

$(OUT)/firmware.o $(OUT)/hypervisor.o $(OUT)/pci.o $(OUT)/state.o: $(OUT)/%.o: $(MOCK)/%.c $(BOOT_HEADERS)
	@mkdir -p $(OUT)
	$(CC) $(BOOT_CPPFLAGS) $(CFLAGS) -c -o $@ $<
