/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the EFI application share.  Commands are functions that
 * get their words and return a status; they print what they did themselves.
 */
#ifndef EFI_APP_H
#define EFI_APP_H

#include "shim.h"

#include <xen/lib/bootscrub/coverage.h>
#include <xen/lib/bootscrub/marker.h>
#include <xen/lib/bootscrub/record.h>
#include <xen/lib/bootscrub/tpm.h>

#define RECORD_ATTR  (EFI_VARIABLE_NON_VOLATILE | \
                      EFI_VARIABLE_BOOTSERVICE_ACCESS)
#define RECEIPT_ATTR (RECORD_ATTR | EFI_VARIABLE_RUNTIME_ACCESS)

#define MAX_DATA  1024
#define MAX_WORDS 16

extern EFI_HANDLE app_image;

/* A variable of ours, as it is in NVRAM. */
struct variable {
    CHAR16 *name;
    UINT32 attr;
    UINTN size;
    UINT8 data[MAX_DATA];
};

/* vars.c: "record" or "receipt" to the variable's name, NULL if neither. */
CHAR16 *variable_name(const char *word);
EFI_STATUS variable_get(struct variable *v, CHAR16 *name);
EFI_STATUS variable_set(struct variable *v);
EFI_STATUS variable_delete(CHAR16 *name);

EFI_STATUS cmd_delete(unsigned int argc, char **argv);
EFI_STATUS cmd_forget(unsigned int argc, char **argv);
EFI_STATUS cmd_corrupt(unsigned int argc, char **argv);
EFI_STATUS cmd_patch(unsigned int argc, char **argv);
EFI_STATUS cmd_truncate(unsigned int argc, char **argv);
EFI_STATUS cmd_create(unsigned int argc, char **argv);
EFI_STATUS cmd_save(unsigned int argc, char **argv);
EFI_STATUS cmd_restore(unsigned int argc, char **argv);
EFI_STATUS cmd_writes(unsigned int argc, char **argv);

/* show.c: what there is, in words; memory.c: markers */
EFI_STATUS cmd_show(unsigned int argc, char **argv);
EFI_STATUS cmd_check(unsigned int argc, char **argv);
/* Is the page at @addr memory that nobody uses? */
bool page_is_free(UINT64 addr);
EFI_STATUS cmd_wipe(unsigned int argc, char **argv);

/* counters.c: resetCount; NOT_READY if it does not show all resets */
EFI_STATUS tpm_resets(uint32_t *resets);
EFI_STATUS cmd_count(unsigned int argc, char **argv);
EFI_STATUS cmd_tpm(unsigned int argc, char **argv);

/* residue.c: secrets and attributes, for tests */
EFI_STATUS cmd_leave(unsigned int argc, char **argv);
EFI_STATUS cmd_attribute(unsigned int argc, char **argv);

/* text.c: false if @s is not such a number, or not such digits. */
bool parse_number(const char *s, unsigned int base, UINTN *val);
bool parse_bytes(const char *s, UINT8 *data, UINTN room, UINTN *size);
bool same(const char *a, const char *b);

#endif /* EFI_APP_H */
