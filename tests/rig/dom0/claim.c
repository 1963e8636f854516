/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plays the attacker: claims all memory that it can get, for itself or for
 * another domain, leaves secrets there, and in a later session looks for them.
 */

#include "dom0.h"
#include "hypercall.h"

#define PAGE_SIZE    4096UL
#define BLOCK        16
#define SUPER_ORDER  9
#define MAX_FRAMES   (64UL << 30 >> 12)
#define MAX_PLACES   8 /* to be printed of what a scan finds */

/* A bit for each machine frame. */
struct frames {
    uint16_t owner;
    uint64_t nr;
    uint8_t map[MAX_FRAMES / 8];
};

/*
 * initial: what Xen gave dom0 to start with.  It is not scrubbed at boot in
 * any mode but an establishing one, so that old secrets in it are no finding.
 */
static struct frames initial = { .owner = DOMID_SELF };
static struct frames own = { .owner = DOMID_SELF };
static struct frames other, ever;

static bool has(const struct frames *f, uint64_t mfn)
{
    return f->map[mfn / 8] & (1U << (mfn % 8));
}

static void add(struct frames *f, uint64_t mfn)
{
    if ( mfn < MAX_FRAMES && !has(f, mfn) )
    {
        f->map[mfn / 8] |= 1U << (mfn % 8);
        f->nr++;
    }
}

static void add_claimed(struct frames *f, uint64_t mfn, unsigned int nr)
{
    while ( nr-- )
    {
        add(&ever, mfn);
        add(f, mfn++);
    }
}

/* Takes up to @nr frames from *@mfn on; returns how many, moves *@mfn on. */
static unsigned int take(const struct frames *f, uint64_t *mfn,
                         uint64_t *frame, unsigned int nr)
{
    unsigned int found = 0;

    for ( ; *mfn < MAX_FRAMES && found < nr; ++*mfn )
        if ( has(f, *mfn) )
            frame[found++] = *mfn;

    return found;
}

/*
 * Of its first memory dom0 uses what Xen left out of its address space: that
 * ends 512 KiB or more after the page tables, at 4 MiB (xen.h).
 */
void claim_init(const struct start_info *si)
{
    const uint64_t *list = (const uint64_t *)si->mfn_list;
    uint64_t end = si->pt_base + (si->nr_pt_frames + 1) * PAGE_SIZE +
                   (512 << 10);
    uint64_t pfn = ((end + (4 << 20) - 1) & -(4UL << 20) & 0x7fffffff) /
                   PAGE_SIZE;

    for ( ; pfn < si->nr_pages; pfn++ )
        add_claimed(&initial, list[pfn], 1);
}

/* Returns how many pages of at most @want could be claimed in one call. */
static uint64_t claim_some(struct frames *f, unsigned int order, uint64_t want)
{
    static uint64_t mfn[WINDOW_FRAMES];
    struct memory_reservation op = {
        .extent_start = addr(mfn),
        .nr_extents = want >> order < ARRAY_SIZE(mfn) ? want >> order
                                                      : ARRAY_SIZE(mfn),
        .extent_order = order,
        .domid = f->owner,
    };
    long i, got;

    if ( !op.nr_extents )
        return 0;

    got = hypercall3(HYPERCALL_memory_op, XENMEM_increase_reservation,
                     addr(&op), 0);
    for ( i = 0; i < got; i++ )
        add_claimed(f, mfn[i], 1U << order);

    return got > 0 ? (uint64_t)got << order : 0;
}

bool cmd_claim(char *arg)
{
    uint64_t pages = UINT64_MAX, id, got = 0, some;
    char *count = cut_last(arg, ':');
    struct frames *f = &own;

    if ( *arg && strcmp(arg, "self") )
    {
        f = &other;
        if ( !parse_number(arg, 10, &id) || !id || id >= DOMID_SELF ||
             (f->owner && f->owner != id) )
        {
            printf("dom0: claim wants self or one domain's number\n");
            return false;
        }
        if ( domain_create(id) )
        {
            printf("dom0: claim %lu: cannot create the domain\n", id);
            return false;
        }
        f->owner = id;
    }
    if ( count && !parse_number(count, 10, &pages) )
    {
        printf("dom0: claim wants a number of pages, not \"%s\"\n", count);
        return false;
    }

    while ( (some = claim_some(f, SUPER_ORDER, pages - got)) )
        got += some;
    while ( (some = claim_some(f, 0, pages - got)) )
        got += some;

    printf("dom0: claim %s %lu pages, %lu in all\n",
           f == &own ? "self" : "other", got, f->nr);

    return got;
}

/* All that dom0 claimed for itself goes back to Xen, as it is. */
bool cmd_release(char *arg)
{
    static uint64_t frame[WINDOW_FRAMES];
    uint64_t mfn = 0, released = 0;
    unsigned int nr;

    (void)arg;
    frames_unmap();
    while ( (nr = take(&own, &mfn, frame, WINDOW_FRAMES)) )
    {
        struct memory_reservation op = {
            .extent_start = addr(frame),
            .nr_extents = nr,
            .domid = DOMID_SELF,
        };
        long done = hypercall3(HYPERCALL_memory_op,
                               XENMEM_decrease_reservation, addr(&op), 0);

        if ( done != nr )
        {
            printf("dom0: release: %ld of %u pages\n", done, nr);
            return false;
        }
        released += done;
    }

    memset(own.map, 0, sizeof(own.map));
    own.nr = 0;
    printf("dom0: release %lu pages\n", released);

    return true;
}

/* The domain that claim= made.  Its memory goes back to Xen, scrubbed. */
bool cmd_destroy(char *arg)
{
    uint16_t id = other.owner;
    long ret;

    (void)arg;
    if ( !id )
    {
        printf("dom0: destroy: there is no domain\n");
        return false;
    }

    frames_unmap();
    ret = domain_destroy(id);
    printf("dom0: destroy %u: %ld\n", id, ret);
    memset(&other, 0, sizeof(other));

    return !ret;
}

/* "secret:NAME", padded with dots. */
static bool make_secret(const char *name, char *secret)
{
    size_t len = strlen(name);

    if ( !len || len > BLOCK - 7 )
    {
        printf("dom0: a secret's name has 1 to %u letters\n", BLOCK - 7);
        return false;
    }

    memset(secret, '.', BLOCK);
    memcpy(secret, "secret:", 7);
    memcpy(secret + 7, name, len);

    return true;
}

/* Calls @act for all frames, a window of them at a time. */
static bool each(const struct frames *f, const char *secret,
                 bool (*act)(char *page, const char *secret),
                 uint64_t *acted)
{
    static uint64_t frame[WINDOW_FRAMES];
    uint64_t mfn = 0;
    unsigned int i, nr;

    while ( (nr = take(f, &mfn, frame, WINDOW_FRAMES)) )
    {
        char *page = frames_map(frame, nr, f->owner);

        if ( !page )
        {
            printf("dom0: cannot map frames from %lx on\n", frame[0]);
            return false;
        }

        for ( i = 0; i < nr; i++, page += PAGE_SIZE )
            if ( act(page, secret) && (*acted)++ < MAX_PLACES )
                printf("dom0: %s at frame %lx\n", secret, frame[i]);
    }

    return true;
}

static bool plant(char *page, const char *secret)
{
    unsigned int i;

    for ( i = 0; i < PAGE_SIZE; i += BLOCK )
        memcpy(page + i, secret, BLOCK);

    return false;
}

static bool search(char *page, const char *secret)
{
    uint64_t want[2];
    const uint64_t *at = (const uint64_t *)page;
    unsigned int i;

    memcpy(want, secret, BLOCK);
    for ( i = 0; i < PAGE_SIZE / sizeof(*at); i += 2 )
        if ( at[i] == want[0] && at[i + 1] == want[1] )
            return true;

    return false;
}

bool cmd_fill(char *arg)
{
    char secret[BLOCK + 1] = {};
    uint64_t unused = 0;

    if ( !make_secret(arg, secret) ||
         !each(&initial, secret, plant, &unused) ||
         !each(&own, secret, plant, &unused) ||
         !each(&other, secret, plant, &unused) )
        return false;

    frames_unmap();
    printf("dom0: fill %s %lu pages\n", arg,
           initial.nr + own.nr + other.nr);

    return true;
}

bool cmd_scan(char *arg)
{
    char secret[BLOCK + 1] = {};
    uint64_t found = 0;

    if ( !make_secret(arg, secret) || !each(&own, secret, search, &found) ||
         !each(&other, secret, search, &found) )
        return false;

    frames_unmap();
    printf("dom0: scan %s found %lu of %lu pages\n", arg, found,
           own.nr + other.nr);

    return true;
}

/* For who counts secrets in DRAM: what of it the heap has given to domains. */
bool cmd_heap(char *arg)
{
    uint64_t mfn, start = 0;

    (void)arg;
    for ( mfn = 0; mfn < MAX_FRAMES; mfn++ )
    {
        if ( !has(&ever, mfn) )
            continue;
        start = mfn;
        while ( mfn < MAX_FRAMES && has(&ever, mfn) )
            mfn++;
        printf("dom0: heap %lx-%lx\n", start * PAGE_SIZE, mfn * PAGE_SIZE);
    }

    return ever.nr;
}
