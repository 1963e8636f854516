/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the EFI application share.  Commands are functions that
 * get their words and return a status; they print what they did themselves.
 */
#ifndef EFI_APP_H
#define EFI_APP_H

#include "shim.h"

#include "../../xen/arch/x86/include/asm/memcrypt.h"

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

struct command {
    const char *name;
    EFI_STATUS (*run)(unsigned int argc, char **argv);
    unsigned int words; /* that must follow */
    const CHAR16 *usage;
};

/* main.c: what this program can do */
extern const struct command commands[];
extern const unsigned int nr_commands;

/* command.c: cut @line into words and run it; the line is changed. */
EFI_STATUS run_line(char *line);
/* The command behind the program's own name, or NULL. */
char *command_in_options(EFI_LOADED_IMAGE *image);
EFI_LOADED_IMAGE *loaded_image(EFI_HANDLE handle);
EFI_STATUS cmd_help(unsigned int argc, char **argv);

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

EFI_STATUS cmd_forget(unsigned int argc, char **argv);

/* show.c: what there is, in words */
EFI_STATUS cmd_show(unsigned int argc, char **argv);
EFI_STATUS cmd_check(unsigned int argc, char **argv);

/* encryption.c: says what it finds; false if Xen could never skip with it */
bool show_encryption(void);

/* counters.c: resetCount; NOT_READY if it does not show all resets */
EFI_STATUS tpm_submit(UINT8 *in, UINT32 in_size, UINT8 *out, UINT32 out_size);
EFI_STATUS tpm_resets(uint32_t *resets);

/* text.c: false if @s is not such a number, or not such digits. */
bool parse_number(const char *s, unsigned int base, UINTN *val);
bool parse_bytes(const char *s, UINT8 *data, UINTN room, UINTN *size);
bool same(const char *a, const char *b);

#endif /* EFI_APP_H */
