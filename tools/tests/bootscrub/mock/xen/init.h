/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's section attributes in user space.  All that the files under test keep
 * between calls goes into one section, so that a machine can boot again.
 */
#ifndef MOCK_XEN_INIT_H
#define MOCK_XEN_INIT_H

#define STATE __attribute__((section("xen_state")))

#define __init
#define __initdata       STATE
#define __initconst
#define __initconstrel
#define __ro_after_init  STATE
#define __read_mostly    STATE
#define cf_check
#define noinline         __attribute__((noinline))
#define __initcall(fn)   int (*const mock_initcall)(void) = fn
#define presmp_initcall(fn) int (*const mock_presmp_initcall)(void) = fn

#endif /* MOCK_XEN_INIT_H */
