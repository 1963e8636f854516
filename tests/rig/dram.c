/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plays the memory controller between two boots, on the shared file that is
 * a guest's RAM: changes keys, switches encryption on or off, for all of it or
 * for parts; lets cells decay; exchanges modules; counts secrets.  Not for a
 * file that a running QEMU has open.
 *
 * What the file holds is the CPU's view, a function of raw DRAM, key and
 * address.  The raw DRAM is never stored; it is
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
 * Without encryption there may be a data scrambler: every stripe of memory is
 * XORed with one stream, which a seed makes.
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

#define MAX_PIECES 64

/*
 * After how many bytes a scrambler's stream is seen to repeat on DDR4: 4096
 * keys of 64 bytes (Yitbarek et al., "Cold Boot Attacks are Still Hot", HPCA
 * 2017).
 */
#define STRIPE (4096 * 64)

/*
 * How the memory controllers were, or will be, set up in one session.  The
 * first piece is all of memory.  Of the others, an exclusion range or a
 * package with a key of its own, the last one that holds a page counts.
 */
struct view
{
    unsigned int nr;
    struct piece
    {
        off_t start, end;
        enum { PLAIN, ENCRYPTED, SCRAMBLED } how;
        unsigned long key; /* Or the scrambler's seed. */
        EVP_CIPHER_CTX *ctx;
        uint64_t *stream;
    } piece[MAX_PIECES];
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

/* START-END: hexadecimal offsets in the file, of whole pages. */
static void parse_range(const char *s, off_t *start, off_t *end)
{
    char *next = "";

    errno = 0;
    *start = strtoul(s, &next, 16);
    *end = *next == '-' ? strtoul(next + 1, &next, 16) : 0;
    if ( errno || *next || *start >= *end ||
         *start % PAGE_SIZE || *end % PAGE_SIZE )
        die("'%s' is not a range; say START-END, hexadecimal, whole pages", s);
}

/* plain, key:NUMBER or scrambled:NUMBER */
static void parse_key(const char *s, struct piece *piece)
{
    const char *number = strchr(s, ':');
    char *end;

    if ( !strcmp(s, "plain") )
        return;

    piece->how = strncmp(s, "key:", 4) ? SCRAMBLED : ENCRYPTED;
    if ( !number || number[1] < '0' || number[1] > '9' ||
         (piece->how == SCRAMBLED && strncmp(s, "scrambled:", 10)) )
        die("'%s' is not a view of DRAM; say 'plain', 'key:NUMBER' or "
            "'scrambled:NUMBER'", s);
    errno = 0;
    piece->key = strtoul(number + 1, &end, 10);
    if ( errno || *end )
        die("'%s' is not a key; say 'key:' and a decimal number", s);
}

/* KEY[,START-END=KEY]... */
static struct view *parse_view(const char *arg)
{
    struct view *view = calloc(1, sizeof(*view));
    char *s = strdup(arg), *next;

    if ( !view || !s )
        die("out of memory");

    for ( ; s; s = next )
    {
        struct piece *piece = &view->piece[view->nr++];
        char *key;

        if ( view->nr > MAX_PIECES )
            die("more than %d pieces in one view", MAX_PIECES);
        if ( (next = strchr(s, ',')) )
            *next++ = '\0';
        if ( view->nr == 1 )
        {
            piece->end = INT64_MAX;
            parse_key(s, piece);
            continue;
        }

        key = strchr(s, '=');
        if ( !key )
            die("'%s' is not part of a view; say START-END=KEY", s);
        *key++ = '\0';
        parse_range(s, &piece->start, &piece->end);
        parse_key(key, piece);
    }

    return view;
}

/* xorshift64 (Marsaglia, "Xorshift RNGs", 2003) */
static uint64_t next_random(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;

    return *x;
}

static void load_stream(struct piece *piece)
{
    uint64_t random = (piece->key + 1) * 0x9e3779b97f4a7c15;

    piece->stream = malloc(STRIPE);
    if ( !piece->stream )
        die("out of memory");
    for ( unsigned int i = 0; i < STRIPE / sizeof(random); i++ )
        piece->stream[i] = next_random(&random);
}

/* Any two keys are as good as independent; which they are, nobody needs. */
static void load_key(struct piece *piece, int encrypt)
{
    char label[64];
    uint8_t key[EVP_MAX_MD_SIZE];
    int len;

    if ( piece->how == SCRAMBLED )
        load_stream(piece);
    if ( piece->how != ENCRYPTED )
        return;

    len = snprintf(label, sizeof(label), "dram key %lu", piece->key);
    piece->ctx = EVP_CIPHER_CTX_new();
    if ( !piece->ctx ||
         !EVP_Digest(label, len, key, NULL, EVP_sha256(), NULL) ||
         !EVP_CipherInit_ex(piece->ctx, EVP_aes_128_xts(), NULL, key, NULL,
                            encrypt) )
        die("OpenSSL has no AES-128-XTS or SHA-256; install libssl3");
}

/* What turns the CPU's view into raw DRAM (@encrypt is 1), or back (0). */
static struct view *load_view(const char *arg, int encrypt)
{
    struct view *view = parse_view(arg);

    for ( unsigned int i = 0; i < view->nr; i++ )
        load_key(&view->piece[i], encrypt);

    return view;
}

static void scramble_page(const uint64_t *stream, uint8_t *page, off_t offset)
{
    for ( unsigned int i = 0; i < PAGE_SIZE; i += sizeof(uint64_t) )
    {
        uint64_t word;

        memcpy(&word, page + i, sizeof(word));
        word ^= stream[(offset + i) % STRIPE / sizeof(word)];
        memcpy(page + i, &word, sizeof(word));
    }
}

/* In place: to raw DRAM, or from it, as load_view() was told. */
static void convert_page(const struct view *view, uint8_t *page, off_t offset)
{
    const struct piece *piece = &view->piece[view->nr - 1];
    uint64_t pfn = offset / PAGE_SIZE;
    uint8_t iv[16] = {};
    int len;

    while ( offset < piece->start || offset >= piece->end )
        piece--;
    if ( piece->how == SCRAMBLED )
        scramble_page(piece->stream, page, offset);
    if ( piece->how != ENCRYPTED )
        return;

    for ( unsigned int i = 0; i < sizeof(pfn); i++ )
        iv[i] = pfn >> (i * 8);
    if ( !EVP_CipherInit_ex(piece->ctx, NULL, NULL, NULL, iv, -1) ||
         !EVP_CipherUpdate(piece->ctx, page, &len, page, PAGE_SIZE) )
        die("OpenSSL failed to convert page %#jx", (uintmax_t)pfn);
}

/*
 * Changes raw DRAM, page by page, between one view and another.  In place, for
 * two copies of a large guest's RAM may not fit.  Meanwhile the file has
 * another name, so that nothing boots from a half done one.
 */
static void change_raw(const char *name, const char *from_arg,
                       const char *to_arg,
                       void (*change)(uint8_t *page, void *data), void *data)
{
    static uint8_t buf[CHUNK];
    const struct view *from = load_view(from_arg, 1);
    const struct view *to = load_view(to_arg, 0);
    struct dram dram = dram_open(name, O_RDWR);
    off_t offset;
    char *busy;
    size_t len;

    if ( asprintf(&busy, "%s.recoding", name) < 0 )
        die("out of memory");
    if ( rename(name, busy) )
        die("cannot rename %s to %s: %s", name, busy, strerror(errno));

    while ( (len = read_next(&dram, buf, &offset)) )
    {
        for ( size_t i = 0; i < len; i += PAGE_SIZE )
        {
            convert_page(from, buf + i, offset + i);
            if ( change )
                change(buf + i, data);
            convert_page(to, buf + i, offset + i);
        }
        if ( pwrite(dram.fd, buf, len, offset) != (ssize_t)len )
            die("cannot write %s at offset %#jx; its contents are lost",
                busy, (uintmax_t)offset);
    }

    if ( close(dram.fd) || rename(busy, name) )
        die("cannot rename %s back to %s: %s", busy, name, strerror(errno));
}

static void refuse_leftover(const char *name)
{
    char *busy;

    if ( asprintf(&busy, "%s.recoding", name) < 0 )
        die("out of memory");
    if ( !access(busy, F_OK) )
        die("%s is left from a run that did not end; delete it and begin with "
            "fresh RAM", busy);
    free(busy);
}

struct decay
{
    uint64_t random;
    unsigned int percent;
};

/*
 * Sixty-four cells, of which each one is set with a probability of percent in
 * a hundred, to 16 binary digits: of a digit that is 1 every cell takes the
 * digits below or a throw, of one that is 0 both have to agree.
 */
static uint64_t lost_cells(struct decay *decay)
{
    uint32_t digits = decay->percent * 65536 / 100 - 1;
    uint64_t lost = ~0UL;

    if ( !decay->percent )
        return 0;

    for ( unsigned int i = 0; i < 16; i++ )
    {
        uint64_t thrown = next_random(&decay->random);

        lost = (digits >> i) & 1 ? lost | thrown : lost & thrown;
    }

    return lost;
}

/*
 * Cells that lose their charge read as their ground state, 0 in one half of
 * the rows and 1 in the other (Halderman et al., "Lest We Remember", 2008).
 * Rows are taken to be 64 bytes here; what matters is that both occur.
 */
static void decay_page(uint8_t *page, void *data)
{
    for ( unsigned int i = 0; i < PAGE_SIZE; i += sizeof(uint64_t) )
    {
        uint64_t lost = lost_cells(data), cells;

        memcpy(&cells, page + i, sizeof(cells));
        cells = i / 64 % 2 ? cells | lost : cells & ~lost;
        memcpy(page + i, &cells, sizeof(cells));
    }
}

static void decay(const char *name, const char *view, const char *percent,
                  const char *seed)
{
    char *end;
    struct decay how = { .percent = strtoul(percent, &end, 10) };

    if ( end == percent || *end || how.percent > 100 )
        die("'%s' is not a share of cells; say 0 to 100", percent);
    how.random = strtoul(seed, &end, 10) * 2 + 1;
    if ( end == seed || *end )
        die("'%s' is not a seed; say a number", seed);

    change_raw(name, view, view, decay_page, &how);
}

/* Modules change places, what they hold with them.  Holes are filled. */
static void swap(const char *name, const char *view_arg, const char *a_arg,
                 const char *b_arg)
{
    static uint8_t a_page[PAGE_SIZE], b_page[PAGE_SIZE];
    const struct view *to_raw = load_view(view_arg, 1);
    const struct view *from_raw = load_view(view_arg, 0);
    struct dram dram = dram_open(name, O_RDWR);
    off_t a, a_end, b, b_end;

    parse_range(a_arg, &a, &a_end);
    parse_range(b_arg, &b, &b_end);
    if ( a_end - a != b_end - b || (a < b_end && b < a_end) )
        die("%s and %s cannot change places; give ranges of one size, apart",
            a_arg, b_arg);

    for ( ; a < a_end; a += PAGE_SIZE, b += PAGE_SIZE )
    {
        if ( pread(dram.fd, a_page, PAGE_SIZE, a) != PAGE_SIZE ||
             pread(dram.fd, b_page, PAGE_SIZE, b) != PAGE_SIZE )
            die("cannot read %s at %#jx or %#jx; is the range in it?",
                name, (uintmax_t)a, (uintmax_t)b);
        convert_page(to_raw, a_page, a);
        convert_page(to_raw, b_page, b);
        convert_page(from_raw, a_page, b);
        convert_page(from_raw, b_page, a);
        if ( pwrite(dram.fd, a_page, PAGE_SIZE, b) != PAGE_SIZE ||
             pwrite(dram.fd, b_page, PAGE_SIZE, a) != PAGE_SIZE )
            die("cannot write %s at %#jx or %#jx; its contents are lost",
                name, (uintmax_t)a, (uintmax_t)b);
    }
}

struct owner
{
    char *name;
    off_t start, end;
    uintmax_t cpu, raw; /* Pages that hold the secret, in either view. */
};

/* Kinds may have many ranges; what no range holds is the last one's. */
static struct owner *parse_owners(char **args, unsigned int nr)
{
    struct owner *owner = calloc(nr + 1, sizeof(*owner));

    if ( !owner )
        die("out of memory");
    for ( unsigned int i = 0; i < nr; i++ )
    {
        char *range = strchr(args[i], '=');

        if ( !range )
            die("'%s' owns nothing; say KIND=START-END", args[i]);
        *range++ = '\0';
        owner[i].name = args[i];
        parse_range(range, &owner[i].start, &owner[i].end);
    }
    owner[nr] = (struct owner){ .name = "other", .end = INT64_MAX };

    return owner;
}

/* A kind's ranges are summed up in its first one. */
static void print_owners(struct owner *owner, unsigned int nr)
{
    for ( unsigned int i = 0; i <= nr; i++ )
    {
        if ( !owner[i].name )
            continue;
        for ( unsigned int j = i + 1; j <= nr; j++ )
            if ( owner[j].name && !strcmp(owner[i].name, owner[j].name) )
            {
                owner[i].cpu += owner[j].cpu;
                owner[i].raw += owner[j].raw;
                owner[j].name = NULL;
            }
        printf("%s cpu %ju raw %ju\n", owner[i].name, owner[i].cpu,
               owner[i].raw);
    }
}

/* Of a string, or of "hex:" and digits, the bytes; returns how many. */
static size_t parse_secret(const char *string, uint8_t *secret)
{
    bool hex = !strncmp(string, "hex:", 4);
    const char *digits = string + 4;
    size_t nr = hex ? strlen(digits) / 2 : strlen(string);

    if ( !nr || nr > PAGE_SIZE )
        die("cannot count that string; give one of 1 to %d bytes", PAGE_SIZE);
    if ( hex && (strlen(digits) % 2 ||
                 digits[strspn(digits, "0123456789abcdef")]) )
        die("'%s' is not an even number of hexadecimal digits", digits);

    for ( size_t i = 0; i < nr; i++ )
        if ( !hex )
            secret[i] = string[i];
        else if ( sscanf(digits + 2 * i, "%2hhx", &secret[i]) != 1 )
            die("cannot read '%s'", digits);

    return nr;
}

/* How many pages hold the string, in either view, by kind of owner? */
static void secrets(const char *name, const char *view_arg,
                    const char *string, char **args, unsigned int nr)
{
    static uint8_t buf[CHUNK], secret[PAGE_SIZE];
    const struct view *view = load_view(view_arg, 1);
    struct owner *owner = parse_owners(args, nr);
    struct dram dram = dram_open(name, O_RDONLY);
    size_t want = parse_secret(string, secret), len;
    off_t offset;

    while ( (len = read_next(&dram, buf, &offset)) )
        for ( size_t i = 0; i < len; i += PAGE_SIZE )
        {
            struct owner *o = owner;

            while ( offset + (off_t)i < o->start ||
                    offset + (off_t)i >= o->end )
                o++;
            o->cpu += memmem(buf + i, PAGE_SIZE, secret, want) != NULL;
            convert_page(view, buf + i, offset + i);
            o->raw += memmem(buf + i, PAGE_SIZE, secret, want) != NULL;
        }

    print_owners(owner, nr);
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
    const char *command = argc > 2 ? argv[1] : "";

    if ( argc > 2 )
        refuse_leftover(argv[2]);

    if ( argc == 5 && !strcmp(command, "recode") )
    {
        /* The same view is the same bytes: leave the file alone. */
        if ( strcmp(argv[3], argv[4]) )
            change_raw(argv[2], argv[3], argv[4], NULL, NULL);
        else
        {
            parse_view(argv[3]);
            dram_open(argv[2], O_RDWR);
        }
    }
    else if ( argc == 6 && !strcmp(command, "decay") )
        decay(argv[2], argv[3], argv[4], argv[5]);
    else if ( argc == 6 && !strcmp(command, "swap") )
        swap(argv[2], argv[3], argv[4], argv[5]);
    else if ( argc >= 5 && !strcmp(command, "secrets") )
        secrets(argv[2], argv[3], argv[4], argv + 5, argc - 5);
    else if ( argc == 4 && !strcmp(command, "count") )
        printf("%ju\n", count(argv[2], argv[3]));
    else
    {
        fputs("usage: dram recode FILE VIEW VIEW       from one to another\n"
              "       dram decay FILE VIEW PERCENT SEED\n"
              "       dram swap FILE VIEW RANGE RANGE  of raw DRAM\n"
              "       dram secrets FILE VIEW STRING|hex:DIGITS [KIND=RANGE]...\n"
              "                                        pages with it, by owner\n"
              "       dram count FILE STRING           in the CPU's view\n"
              "VIEW: KEY[,RANGE=KEY]...  KEY: plain, key:N or scrambled:N\n"
              "RANGE: START-END, hexadecimal offsets in FILE\n", stderr);
        return 2;
    }

    return 0;
}
