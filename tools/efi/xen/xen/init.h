/* SPDX-License-Identifier: GPL-2.0-only */
/* What Xen's header of this name is to files that run on the firmware. */
#ifndef EFI_XEN_INIT_H
#define EFI_XEN_INIT_H

#define __init
#define __initdata
#define __initconst
#define __ro_after_init
#define cf_check
#define noinline         __attribute__((noinline))
#define __initcall(fn)   int (*const xen_initcall)(void) = fn

#endif /* EFI_XEN_INIT_H */
