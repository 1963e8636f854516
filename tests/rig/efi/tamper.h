/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the tampering program share.
 */
#ifndef RIG_EFI_TAMPER_H
#define RIG_EFI_TAMPER_H

#include "app.h"

/* vars.c */
EFI_STATUS cmd_delete(unsigned int argc, char **argv);
EFI_STATUS cmd_corrupt(unsigned int argc, char **argv);
EFI_STATUS cmd_patch(unsigned int argc, char **argv);
EFI_STATUS cmd_truncate(unsigned int argc, char **argv);
EFI_STATUS cmd_create(unsigned int argc, char **argv);
EFI_STATUS cmd_save(unsigned int argc, char **argv);
EFI_STATUS cmd_restore(unsigned int argc, char **argv);
EFI_STATUS cmd_writes(unsigned int argc, char **argv);

/* memory.c: markers, and ranges of memory */
EFI_STATUS cmd_wipe(unsigned int argc, char **argv);
EFI_STATUS cmd_zero(unsigned int argc, char **argv);
EFI_STATUS cmd_random(unsigned int argc, char **argv);

/* counters.c */
EFI_STATUS cmd_count(unsigned int argc, char **argv);
EFI_STATUS cmd_tpm(unsigned int argc, char **argv);

/* residue.c: secrets and attributes */
EFI_STATUS cmd_leave(unsigned int argc, char **argv);
EFI_STATUS cmd_attribute(unsigned int argc, char **argv);

#endif /* RIG_EFI_TAMPER_H */
