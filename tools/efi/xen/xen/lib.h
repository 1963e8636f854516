/* SPDX-License-Identifier: GPL-2.0-only */
/* What Xen's header of this name is to files that run on the firmware. */
#ifndef EFI_XEN_LIB_H
#define EFI_XEN_LIB_H

int parse_bool(const char *s, const char *e);

#endif /* EFI_XEN_LIB_H */
