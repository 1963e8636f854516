/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between heap.c, which is compiled as a part of Xen, and native.c, which is
 * a program like any other.  Only types that both know the same way.
 */
#ifndef HEAP_H
#define HEAP_H

/* Where Xen keeps what it sets up: to be mapped before. */
struct heap_areas {
    unsigned long frames, frames_size;
    unsigned long m2p, m2p_size;
    unsigned long window;     /* What scrub_one_page() overwrites. */
};

/* RAM is [4 GiB, 4 GiB + gib), one node. */
void heap_areas(unsigned long gib, struct heap_areas *areas);
void heap_start(unsigned long gib, int idle, unsigned long window_size);

void heap_frame_table(void);  /* init_frametable() */
void heap_fill(void);         /* end_boot_allocator() */
void heap_m2p(void);          /* paging_init() */
unsigned long heap_pages(void);
unsigned long heap_dirty(void);

/* Like populate_physmap(): memory in pieces of 2 MiB; 0 if there is none. */
int heap_allocate(unsigned long gib);

/* scrub_one_page() over a part of the window, in pages. */
void heap_scrub(unsigned long first, unsigned long pages);

#endif
