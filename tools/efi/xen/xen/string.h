/* SPDX-License-Identifier: GPL-2.0-only */
/* What Xen's header of this name is to files that run on the firmware. */
#ifndef EFI_XEN_STRING_H
#define EFI_XEN_STRING_H

#include <stddef.h>

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
/* In parentheses, as tools/efi has a macro of this name. */
size_t (strlen)(const char *s);
int strncmp(const char *a, const char *b, size_t n);

#endif /* EFI_XEN_STRING_H */
