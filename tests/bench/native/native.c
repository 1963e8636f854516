/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes the time of Xen's boot-time work on memory, on this processor:
 *
 *   native scrub MIB ROUNDS       overwrite MIB of memory
 *   native heap GIB idle|off      set up a heap of GIB, build domains of it
 *   native library ROUNDS         the pure files of bootscrub=auto
 *   native places                 superpages that hold a marker: no time
 *
 * Prints lines of "NAME VALUE"; what they become is in "run".  One processor
 * is timed by its own clock, which stops while others have the processor;
 * what all do together by the wall clock.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "heap.h"
#include "native.h"

#define GIB (1UL << 30)
#define MAX_THREADS 64

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void missing(int number)
{
    static const char text[] =
        "native: Xen's code uses something that heap.c does not offer\n";

    _exit(write(2, text, sizeof(text) - 1) == number ? 3 : 2);
}

static double now(clockid_t clock)
{
    struct timespec t;

    if ( clock_gettime(clock, &t) )
        fail("clock_gettime");
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double own(void)
{
    return now(CLOCK_THREAD_CPUTIME_ID);
}

/* Memory at @at, there before the clock starts, in superpages if possible. */
static void *map(unsigned long at, unsigned long size)
{
    void *p = mmap((void *)at, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
                   (at ? MAP_FIXED_NOREPLACE : 0), -1, 0);

    if ( p == MAP_FAILED || (at && p != (void *)at) )
        fail("mmap");
    madvise(p, size, MADV_HUGEPAGE);
    memset(p, 0x5a, size);
    return p;
}

/* --- scrub --------------------------------------------------------------- */

/* As clear_page_hot() of newer Xen does it. */
static void rep_stosb(void *page)
{
    unsigned long count = 4096;

    asm volatile ( "rep stosb" : "+D" (page), "+c" (count)
                   : "a" (0) : "memory" );
}

static unsigned long window, window_pages;

/* The locked ones: as alloc_heap_pages() clears a flag before each scrub. */
enum { MOVNTI, REP_STOSB, MOVNTI_LOCKED, REP_STOSB_LOCKED, WAYS };

static void scrub(int way, unsigned long first, unsigned long pages)
{
    unsigned long i, flags = 0;

    if ( way == MOVNTI )
    {
        heap_scrub(first, pages);
        return;
    }

    for ( i = first; i < first + pages; i++ )
    {
        if ( way != REP_STOSB )
            asm volatile ( "lock btrq $0, %0" : "+m" (flags) );
        if ( way == MOVNTI_LOCKED )
            heap_scrub(i, 1);
        else
            rep_stosb((void *)(window + i * 4096));
    }
}

static pthread_barrier_t barrier;
static int threads, scrub_way;

static void *scrub_part(void *number)
{
    unsigned long share = window_pages / threads;

    pthread_barrier_wait(&barrier);
    scrub(scrub_way, (uintptr_t)number * share, share);
    pthread_barrier_wait(&barrier);
    return NULL;
}

static double scrub_together(int way)
{
    pthread_t thread[MAX_THREADS];
    double start;
    int i;

    scrub_way = way;
    if ( pthread_barrier_init(&barrier, NULL, threads + 1) )
        fail("pthread_barrier_init");
    for ( i = 0; i < threads; i++ )
        if ( pthread_create(&thread[i], NULL, scrub_part,
                            (void *)(uintptr_t)i) )
            fail("pthread_create");
    pthread_barrier_wait(&barrier);
    start = now(CLOCK_MONOTONIC);
    pthread_barrier_wait(&barrier);
    start = now(CLOCK_MONOTONIC) - start;
    for ( i = 0; i < threads; i++ )
        pthread_join(thread[i], NULL);
    return start;
}

static void expect_zero(void)
{
    const unsigned long *p = (void *)window;
    unsigned long i;

    for ( i = 0; i < window_pages * 512; i++ )
        if ( p[i] )
        {
            fprintf(stderr, "native: a scrub left something\n");
            exit(1);
        }
}

static void time_scrubs(unsigned long mib, int rounds)
{
    static const char *const name[WAYS] = {
        "movnti", "rep-stosb", "movnti-locked", "rep-stosb-locked"
    };
    struct heap_areas areas;
    double start, gib = mib / 1024.0;
    int round, way;

    threads = sysconf(_SC_NPROCESSORS_ONLN);
    if ( threads > MAX_THREADS )
        threads = MAX_THREADS;
    window_pages = mib * 256;
    heap_areas(4, &areas);
    window = (unsigned long)map(areas.window, window_pages * 4096);
    map(areas.frames, areas.frames_size);
    heap_start(4, 0, window_pages * 4096);
    heap_frame_table();
    printf("threads %d\n", threads);
    for ( round = 0; round < rounds; round++ )
        for ( way = 0; way < WAYS; way++ )
        {
            memset((void *)window, 0x5a, window_pages * 4096);
            start = own();
            scrub(way, 0, window_pages);
            printf("%s-one %.6f\n", name[way], (own() - start) * 1e3 / gib);
            expect_zero();
            if ( way > REP_STOSB )
                continue;
            printf("%s-all %.6f\n", name[way],
                   scrub_together(way) * 1e3 / gib);
        }
}

/* --- heap ---------------------------------------------------------------- */

static double timed(void (*step)(void))
{
    double start = own();

    step();
    return own() - start;
}

static void time_heap(unsigned long gib, int idle)
{
    static const unsigned long domain[] = { 1, 4, 8 };
    struct heap_areas areas;
    unsigned long pages;
    double start;
    size_t i;

    heap_areas(gib, &areas);
    map(areas.window, GIB);
    map(areas.frames, areas.frames_size);
    map(areas.m2p, areas.m2p_size);
    heap_start(gib, idle, GIB);
    printf("frame-table %.6f\n", timed(heap_frame_table) * 1e3 / gib);
    printf("fill %.6f\n", timed(heap_fill) * 1e3 / gib);
    pages = heap_pages();
    if ( pages < gib * 0x40000 * 98 / 100 ||
         heap_dirty() != (idle ? pages : 0) )
    {
        fprintf(stderr, "native: the heap has %lu pages, %lu dirty\n", pages,
                heap_dirty());
        exit(1);
    }
    printf("m2p %.6f\n", timed(heap_m2p) * 1e3 / gib);
    for ( i = 0; i < sizeof(domain) / sizeof(*domain); i++ )
    {
        start = own();
        if ( !heap_allocate(domain[i]) )
            break;
        printf("domain-%lu %.6f\n", domain[i], (own() - start) * 1e3);
    }
}

/* --- library ------------------------------------------------------------- */

static void places(void)
{
    static const unsigned int gibs[] = {
        1, 2, 4, 8, 16, 64, 256, 1536, 6144, 24576
    };
    unsigned int i, small, large, markers;

    for ( i = 0; i < sizeof(gibs) / sizeof(*gibs); i++ )
    {
        markers = library_places(gibs[i], &small, &large);
        printf("%u-markers %u\n%u-2M %u\n%u-1G %u\n", gibs[i], markers,
               gibs[i], small, gibs[i], large);
    }
}

static void time_library(int rounds)
{
    const struct library_item *item;
    unsigned int i, times = 200;
    double start;
    int round;

    for ( item = library_items; item->name; item++ )
        for ( round = 0; round < rounds; round++ )
        {
            item->prepare();
            start = own();
            for ( i = 0; i < times; i++ )
                if ( !item->call() )
                {
                    fprintf(stderr, "native: %s: not the expected result\n",
                            item->name);
                    exit(1);
                }
            printf("%s %.6f\n", item->name, (own() - start) * 1e6 / times);
        }
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGSEGV, missing);
    signal(SIGILL, missing);
    if ( argc == 4 && !strcmp(argv[1], "scrub") )
        time_scrubs(atol(argv[2]), atoi(argv[3]));
    else if ( argc == 4 && !strcmp(argv[1], "heap") )
        time_heap(atol(argv[2]), !strcmp(argv[3], "idle"));
    else if ( argc == 3 && !strcmp(argv[1], "library") )
        time_library(atoi(argv[2]));
    else if ( argc == 2 && !strcmp(argv[1], "places") )
        places();
    else
        return 2;

    return 0;
}
