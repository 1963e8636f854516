/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Markers: pages with known contents that one session leaves for the next.
 */
#ifndef XEN_LIB_BOOTSCRUB_MARKER_H
#define XEN_LIB_BOOTSCRUB_MARKER_H

#include <xen/lib/bootscrub/types.h>

#include <xen/lib/bootscrub/ranges.h>

#define BOOTSCRUB_MAX_MARKERS 16
#define BOOTSCRUB_MARKER_SIZE 4096

enum bootscrub_marker {
    BOOTSCRUB_MARKER_READABLE,    /* The key was kept, or there is none. */
    BOOTSCRUB_MARKER_NOISE,       /* What decryption with another key gives. */
    BOOTSCRUB_MARKER_CLEARED,     /* All zeros. */
    BOOTSCRUB_MARKER_OVERWRITTEN, /* Anything else: proves nothing. */
    BOOTSCRUB_NR_MARKER_CLASSES
};

/*
 * Choose places for markers, page aligned and ascending, all at one offset
 * within their 2 MiB.  They depend on @covered alone, so they are the same in
 * every session that covers the same memory.  Returns how many.
 */
unsigned int bootscrub_marker_places(const struct bootscrub_ranges *covered,
                                     uint64_t place[BOOTSCRUB_MAX_MARKERS]);

/* Fill the page that is, or stands for, the one at @addr. */
void bootscrub_marker_fill(void *page, uint64_t addr);

/* Is the page exactly as bootscrub_marker_fill() left it? */
bool bootscrub_marker_intact(const void *page, uint64_t addr);

/*
 * Classify @nr pages, at most 2 * BOOTSCRUB_MAX_MARKERS, of which @page[i] is,
 * or stands for, the one at @addr[i].  They are compared with each other, too.
 * NULL is a page that may not be looked at, and becomes OVERWRITTEN.
 */
void bootscrub_markers_classify(const void *const page[],
                                const uint64_t addr[], unsigned int nr,
                                enum bootscrub_marker class[]);

#endif /* XEN_LIB_BOOTSCRUB_MARKER_H */
