/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plays the memory controller between two boots, on the shared file that is
 * a guest's RAM: changes the encryption key, or switches encryption on or
 * off.  Not for a file that a running QEMU has open.
 *
 * What the file holds is the CPU's view.  The raw DRAM is never stored; it is
 *
 *     raw = AES-128-XTS(key, page frame number, view)
 *
 * with one 4 KiB page as the data unit (IEEE 1619), so that each 16-byte
 * block depends on the key, on its own address and on nothing beside it, as
 * with TME (Intel document 336907, "Total Memory Encryption Introduction").
 * The frame number is that of the file.  Two views of one piece of DRAM are
 * turned into each other through the raw one: what was written under a key
 * that is gone reads as noise, and comes back if the key does.
 *
 * A hole in the file is DRAM that no session has written.  It stays a hole.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#define PAGE_SIZE 4096
#define CHUNK     (256 * PAGE_SIZE)

/* How the memory controller was, or will be, set up in one session. */
struct view
{
    bool encrypted;
    unsigned long key;
    EVP_CIPHER_CTX *ctx;
};

struct dram
{
    const char *name;
    int fd;
    off_t pos, end; /* What is left of the data between two holes. */
};

static void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fputs("dram: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);

    exit(1);
}

static struct dram dram_open(const char *name, int flags)
{
    struct dram dram = { .name = name, .fd = open(name, flags | O_CLOEXEC) };
    struct stat st;

    if ( dram.fd < 0 || fstat(dram.fd, &st) )
        die("cannot open %s: %s; give the file that backs the guest's RAM",
            name, strerror(errno));
    if ( !S_ISREG(st.st_mode) )
        die("%s is not a regular file; give the one that backs guest RAM",
            name);
    if ( st.st_size % PAGE_SIZE )
        die("%s is not guest RAM: its size is not a multiple of %d bytes",
            name, PAGE_SIZE);

    return dram;
}

/* False at the end of the file.  Filesystem blocks may be less than a page. */
static bool next_extent(struct dram *dram)
{
    off_t start = lseek(dram->fd, dram->end, SEEK_DATA);

    if ( start < 0 && errno == ENXIO )
        return false;

    dram->end = lseek(dram->fd, start, SEEK_HOLE);
    if ( start < 0 || dram->end < 0 )
        die("cannot look for holes in %s: %s", dram->name, strerror(errno));

    dram->pos = start - start % PAGE_SIZE;
    dram->end += -dram->end & (PAGE_SIZE - 1);

    return true;
}

/*
 * Reads the next piece of data, hole by hole and chunk by chunk.  Returns its
 * length, whole pages up to CHUNK bytes; 0 at the end.  Stores its offset.
 */
static size_t read_next(struct dram *dram, uint8_t *buf, off_t *offset)
{
    size_t len;

    if ( dram->pos == dram->end && !next_extent(dram) )
        return 0;

    len = dram->end - dram->pos < CHUNK ? dram->end - dram->pos : CHUNK;
    if ( pread(dram->fd, buf, len, dram->pos) != (ssize_t)len )
        die("cannot read %s at offset %#jx; was it cut short meanwhile?",
            dram->name, (uintmax_t)dram->pos);
    *offset = dram->pos;
    dram->pos += len;

    return len;
}

static struct view parse_view(const char *s)
{
    struct view view = { .encrypted = strcmp(s, "plain") };
    char *end;

    if ( view.encrypted )
    {
        if ( strncmp(s, "key:", 4) || s[4] < '0' || s[4] > '9' )
            die("'%s' is not a view of DRAM; say 'plain' or 'key:NUMBER'", s);
        errno = 0;
        view.key = strtoul(s + 4, &end, 10);
        if ( errno || *end )
            die("'%s' is not a key; say 'key:' and a decimal number", s);
    }

    return view;
}

static bool same_view(const struct view *a, const struct view *b)
{
    return a->encrypted == b->encrypted && a->key == b->key;
}

/* Any two keys are as good as independent; which they are, nobody needs. */
static void load_key(struct view *view, int encrypt)
{
    char label[64];
    uint8_t key[EVP_MAX_MD_SIZE];
    int len;

    if ( !view->encrypted )
        return;

    len = snprintf(label, sizeof(label), "dram key %lu", view->key);
    view->ctx = EVP_CIPHER_CTX_new();
    if ( !view->ctx ||
         !EVP_Digest(label, len, key, NULL, EVP_sha256(), NULL) ||
         !EVP_CipherInit_ex(view->ctx, EVP_aes_128_xts(), NULL, key, NULL,
                            encrypt) )
        die("OpenSSL has no AES-128-XTS or SHA-256; install libssl3");
}

/* In place: to raw DRAM, or from it, as load_key() was told. */
static void convert_page(const struct view *view, uint8_t *page, uint64_t pfn)
{
    uint8_t iv[16] = {};
    int len;

    if ( !view->encrypted )
        return;

    for ( unsigned int i = 0; i < sizeof(pfn); i++ )
        iv[i] = pfn >> (i * 8);
    if ( !EVP_CipherInit_ex(view->ctx, NULL, NULL, NULL, iv, -1) ||
         !EVP_CipherUpdate(view->ctx, page, &len, page, PAGE_SIZE) )
        die("OpenSSL failed to convert page %#jx", (uintmax_t)pfn);
}

static void recode_pages(struct dram *dram, const struct view *from,
                         const struct view *to)
{
    static uint8_t buf[CHUNK];
    off_t offset;
    size_t len;

    while ( (len = read_next(dram, buf, &offset)) )
    {
        for ( size_t i = 0; i < len; i += PAGE_SIZE )
        {
            convert_page(from, buf + i, (offset + i) / PAGE_SIZE);
            convert_page(to, buf + i, (offset + i) / PAGE_SIZE);
        }
        if ( pwrite(dram->fd, buf, len, offset) != (ssize_t)len )
            die("cannot write %s at offset %#jx; its contents are lost",
                dram->name, (uintmax_t)offset);
    }
}

/*
 * In place, for two copies of a large guest's RAM may not fit.  Meanwhile the
 * file has another name, so that nothing boots from a half done one.
 */
static void recode(const char *name, const char *from_arg, const char *to_arg)
{
    struct view from = parse_view(from_arg), to = parse_view(to_arg);
    struct dram dram;
    char *busy;

    if ( asprintf(&busy, "%s.recoding", name) < 0 )
        die("out of memory");
    if ( !access(busy, F_OK) )
        die("%s is left from a run that did not end; delete it and begin with "
            "fresh RAM", busy);

    dram = dram_open(name, O_RDWR);
    if ( same_view(&from, &to) )
        return;

    load_key(&from, 1);
    load_key(&to, 0);
    if ( rename(name, busy) )
        die("cannot rename %s to %s: %s", name, busy, strerror(errno));
    recode_pages(&dram, &from, &to);
    if ( close(dram.fd) || rename(busy, name) )
        die("cannot rename %s back to %s: %s", busy, name, strerror(errno));
}

/* Occurrences may overlap.  A string has no zero bytes, so none in a hole. */
static uintmax_t count(const char *name, const char *string)
{
    static uint8_t buf[PAGE_SIZE + CHUNK];
    uint8_t *data = buf + PAGE_SIZE;
    struct dram dram = dram_open(name, O_RDONLY);
    size_t want = strlen(string), kept = 0, len;
    off_t offset, next = 0;
    uintmax_t found = 0;

    if ( !want || want > PAGE_SIZE )
        die("cannot count that string; give one of 1 to %d bytes", PAGE_SIZE);

    while ( (len = read_next(&dram, data, &offset)) )
    {
        const uint8_t *end = data + len;
        const uint8_t *p = data - (offset == next ? kept : 0);

        for ( ; (p = memmem(p, end - p, string, want)); p++ )
            found++;

        /* One byte less than the string, lest a find be counted again. */
        kept = want - 1;
        memcpy(data - kept, end - kept, kept);
        next = offset + len;
    }

    return found;
}

int main(int argc, char *argv[])
{
    if ( argc == 5 && !strcmp(argv[1], "recode") )
        recode(argv[2], argv[3], argv[4]);
    else if ( argc == 4 && !strcmp(argv[1], "count") )
        printf("%ju\n", count(argv[2], argv[3]));
    else
    {
        fputs("usage: dram recode FILE FROM TO   FROM, TO: plain or key:N\n"
              "       dram count FILE STRING\n", stderr);
        return 2;
    }

    return 0;
}
