/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto: skip the boot-time scrub when it is proved that memory
 * encryption with a new key made the old contents unreadable.
 *
 * This is what the hooks in Xen's own files call.
 */
#ifndef XEN_BOOTSCRUB_H
#define XEN_BOOTSCRUB_H

#include <xen/errno.h>
#include <xen/types.h>

/* --- arch/x86/bootscrub/core.c ------------------------------------------- */

#ifdef CONFIG_BOOTSCRUB_AUTO

/* bootscrub=auto[,...]: returns 0 or -EINVAL. */
int bootscrub_auto_param(const char *s);
/*
 * When NUMA nodes are known, before the heap is populated.  @loader is the
 * boot loader's name.
 */
void bootscrub_init(const char *loader);
/*
 * May the page at @mfn enter the heap unmarked?  Lowers *@nr to the number
 * of pages for which the answer is the same.
 */
bool bootscrub_clean(unsigned long mfn, unsigned long *nr);
/* @nr pages entered the heap, unmarked if @is_clean. */
void bootscrub_account(unsigned long nr, bool is_clean);
/* When dom0 is built: verdict, hypfs, receipt. */
void bootscrub_report(void);

#else

static inline int bootscrub_auto_param(const char *s) { return -EINVAL; }
static inline void bootscrub_init(const char *loader) {}
static inline bool bootscrub_clean(unsigned long mfn, unsigned long *nr)
{
    return false;
}
static inline void bootscrub_account(unsigned long nr, bool is_clean) {}
static inline void bootscrub_report(void) {}

#endif

/* --- common/page_alloc.c ------------------------------------------------ */

/* Free pages of @node that wait to be scrubbed. */
unsigned long heap_unscrubbed(unsigned int node);
/* Is bootscrub=auto in force? */
bool bootscrub_is_auto(void);
/* Does badpage= keep pages out of the heap? */
bool heap_has_badpages(void);
/* Scrub all free pages of the heap with all CPUs. */
void scrub_heap_pages(void);

#endif /* XEN_BOOTSCRUB_H */
