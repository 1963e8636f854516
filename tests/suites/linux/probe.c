/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For the test's Linux dom0: show Xen's log, and see whether pages of a
 * destroyed domain come back clean, through libxenctrl as toolstacks do; or
 * run a program as nobody.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xenctrl.h>
#include <xenforeignmemory.h>

#define SECRET_PAGES 8192U
#define BATCH        1024U
#define FRAME_SIZE   4096U

static const char secret[] = "what one domain leaves is not for the next";

static xc_interface *xc;
static xenforeignmemory_handle *memory;

static bool failed(const char *what)
{
    perror(what);

    return false;
}

static int show_log(void)
{
    static char text[1 << 20];
    unsigned int size = sizeof(text) - 1;
    uint32_t index = 0;

    if ( xc_readconsolering(xc, text, &size, 0, 0, &index) )
        return !failed("probe: xc_readconsolering");

    text[size] = '\0';
    fputs(text, stdout);

    return 0;
}

/* A domain that never runs, with @nr pages; their frames go to @mfn. */
static bool create(uint32_t *domid, unsigned int nr, xen_pfn_t *mfn)
{
    struct xen_domctl_createdomain config = {
        .max_vcpus = 1,
        .max_evtchn_port = -1,
        .max_grant_frames = 1,
        .max_maptrack_frames = 0,
        .grant_opts = XEN_DOMCTL_GRANT_version(1),
    };
    unsigned int i;

    *domid = 0;
    if ( xc_domain_create(xc, domid, &config) )
        return failed("probe: xc_domain_create");

    if ( xc_domain_setmaxmem(xc, *domid, (nr + 256) * 4ULL) )
        return failed("probe: xc_domain_setmaxmem");

    for ( i = 0; i < nr; i++ )
        mfn[i] = i;

    for ( i = 0; i < nr; i += BATCH )
        if ( xc_domain_populate_physmap_exact(xc, *domid, BATCH, 0, 0,
                                              mfn + i) )
            return failed("probe: xc_domain_populate_physmap");

    return true;
}

static int by_frame(const void *a, const void *b)
{
    xen_pfn_t x = *(const xen_pfn_t *)a, y = *(const xen_pfn_t *)b;

    return x < y ? -1 : x > y;
}

static char *map(uint32_t domid, const xen_pfn_t *mfn, int prot)
{
    char *pages = xenforeignmemory_map(memory, domid, prot, BATCH, mfn, NULL);

    if ( !pages )
        failed("probe: xenforeignmemory_map");

    return pages;
}

static bool write_secret(uint32_t domid, const xen_pfn_t *mfn)
{
    unsigned int i, j;

    for ( i = 0; i < SECRET_PAGES; i += BATCH )
    {
        char *pages = map(domid, mfn + i, PROT_READ | PROT_WRITE);

        if ( !pages )
            return false;

        for ( j = 0; j < BATCH; j++ )
            memcpy(pages + j * FRAME_SIZE, secret, sizeof(secret));
        xenforeignmemory_unmap(memory, pages, BATCH);
    }

    return true;
}

/* Of @nr frames, those that held the secret, and those that are not zero. */
static bool look(uint32_t domid, const xen_pfn_t *mfn, unsigned int nr,
                 const xen_pfn_t *held, unsigned int *again,
                 unsigned int *dirty)
{
    static const char zero[FRAME_SIZE];
    unsigned int i, j;

    for ( i = 0; i < nr; i += BATCH )
    {
        char *pages = map(domid, mfn + i, PROT_READ);

        if ( !pages )
            return false;

        for ( j = 0; j < BATCH; j++ )
            if ( bsearch(&mfn[i + j], held, SECRET_PAGES, sizeof(*held),
                         by_frame) )
            {
                ++*again;
                *dirty += !!memcmp(pages + j * FRAME_SIZE, zero, FRAME_SIZE);
            }
        xenforeignmemory_unmap(memory, pages, BATCH);
    }

    return true;
}

static int check_freed(void)
{
    static xen_pfn_t held[SECRET_PAGES];
    unsigned int nr, again = 0, dirty = 0;
    xc_physinfo_t info;
    uint32_t domid;
    xen_pfn_t *mfn;

    if ( !create(&domid, SECRET_PAGES, held) || !write_secret(domid, held) )
        return 1;

    if ( xc_domain_destroy(xc, domid) )
        return !failed("probe: xc_domain_destroy");

    /* The next domain takes nearly all there is, so that they come back. */
    if ( xc_physinfo(xc, &info) )
        return !failed("probe: xc_physinfo");
    nr = (info.free_pages - info.free_pages / 16) / BATCH * BATCH;
    mfn = calloc(nr, sizeof(*mfn));
    qsort(held, SECRET_PAGES, sizeof(*held), by_frame);

    if ( !mfn || !create(&domid, nr, mfn) ||
         !look(domid, mfn, nr, held, &again, &dirty) )
        return 1;

    xc_domain_destroy(xc, domid);
    free(mfn);
    printf("probe: %u of %u frames came back, %u of them not zero\n",
           again, SECRET_PAGES, dirty);

    return again < SECRET_PAGES / 2 || dirty;
}

int main(int argc, char **argv)
{
    if ( argc > 2 && !strcmp(argv[1], "nobody") )
    {
        if ( !setgid(65534) && !setuid(65534) )
            execv(argv[2], argv + 2);
        return !failed(argv[2]);
    }

    xc = xc_interface_open(NULL, NULL, 0);
    memory = xenforeignmemory_open(NULL, 0);
    if ( !xc || !memory )
        return !failed("probe: Xen cannot be asked");

    return argc > 1 && !strcmp(argv[1], "log") ? show_log() : check_freed();
}
