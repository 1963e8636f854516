/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Xen publishes in hypfs under /bootscrub.  Whatever is there that this
 * program does not expect is refused or made printable.
 */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <xenhypfs.h>
#include <xentoollog.h>

#include "tool.h"

static xentoollog_logger *quiet;
static xenhypfs_handle *hypfs;

/* The library's own messages would come on top of ours. */
bool hypfs_open(void)
{
    quiet = (xentoollog_logger *)
        xtl_createlogger_stdiostream(stderr, XTL_CRITICAL, 0);
    hypfs = xenhypfs_open(quiet, 0);
    if ( !hypfs )
        fail("Xen cannot be asked: %s; is this dom0?", strerror(errno));

    return hypfs;
}

void hypfs_close(void)
{
    if ( hypfs )
        xenhypfs_close(hypfs);
    if ( quiet )
        xtl_logger_destroy(quiet);
    hypfs = NULL;
    quiet = NULL;
}

enum bootscrub_state auto_supported(void)
{
    char *config = xenhypfs_read(hypfs, "/buildinfo/config");
    enum bootscrub_state known = BOOTSCRUB_UNKNOWN;

    if ( config )
        known = strstr(config, "\nCONFIG_BOOTSCRUB_AUTO=y\n")
                ? BOOTSCRUB_PROVED : BOOTSCRUB_DISPROVED;
    free(config);

    return known;
}

bool auto_in_force(void)
{
    char *mode;
    bool found;

    errno = 0;
    mode = xenhypfs_read(hypfs, "/bootscrub/mode");
    found = mode || (errno != ENOENT && errno != ENOSYS &&
                     errno != EOPNOTSUPP);
    free(mode);

    return found;
}

static void explain_missing(int error)
{
    switch ( error )
    {
    case ENOENT:
        if ( auto_supported() == BOOTSCRUB_DISPROVED )
            fail("this Xen was built without CONFIG_BOOTSCRUB_AUTO");
        else
            fail("this Xen was not booted with bootscrub=auto, or does not "
                 "know it; \"xen-bootscrub check\" tells whether it would help");
        break;

    case ENOSYS:
    case EOPNOTSUPP:
        fail("this Xen has no hypfs: it takes Xen 4.14 or later, built with "
             "CONFIG_HYPFS");
        break;

    case EPERM:
    case EACCES:
        fail("Xen lets only dom0 read hypfs");
        break;

    default:
        fail("hypfs cannot be read: %s", strerror(error));
        break;
    }
}

/* A copy of the leaf's text for which the terminal is no danger, or NULL. */
static char *read_text(const char *name)
{
    char path[64], *text;

    snprintf(path, sizeof(path), "/bootscrub/%s", name);
    errno = ENOENT;
    text = xenhypfs_read(hypfs, path);

    if ( text )
        make_printable(text);

    return text;
}

static bool read_string(const char *name, char **text)
{
    *text = read_text(name);
    if ( !*text )
        fail("/bootscrub/%s is missing in hypfs: "
             "Xen and this program are of different versions", name);

    return *text;
}

/* Returns whether @text, which it frees, is a number. */
static bool parse_number(char *text, const char *name, uint64_t *value)
{
    bool valid = text && isdigit((unsigned char)text[0]);
    char *end;

    errno = 0;
    if ( valid )
        *value = strtoull(text, &end, 10);
    valid = valid && !errno && !*end;
    free(text);

    if ( !valid )
        fail("/bootscrub/%s is not a number in hypfs: "
             "Xen and this program are of different versions", name);

    return valid;
}

static bool read_number(const char *name, uint64_t *value)
{
    return parse_number(read_text(name), name, value);
}

/* A leaf that is not there is a number that is not known. */
static bool read_maybe(const char *name, struct maybe *m)
{
    char *text = read_text(name);

    m->known = text;
    if ( text )
        return parse_number(text, name, &m->number);

    if ( errno != ENOENT )
        fail("/bootscrub/%s cannot be read: %s", name, strerror(errno));

    return errno == ENOENT;
}

static bool read_gates(struct status *s)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        char name[32];

        snprintf(name, sizeof(name), "gates/%s", gates[i].token);
        if ( !read_string(name, &s->gate[i]) )
            return false;
    }

    return true;
}

bool status_read(struct status *s)
{
    *s = (struct status){};

    s->mode = read_text("mode");
    if ( !s->mode )
    {
        explain_missing(errno);
        return false;
    }

#define STRING(id, name, sentence) \
    if ( !s->id && !read_string(name, &s->id) ) \
        return false;
#define NUMBER(id, name, sentence) \
    if ( !read_number(name, &s->id) ) \
        return false;
#define MAYBE(id, name, sentence) \
    if ( !read_maybe(name, &s->id) ) \
        return false;
#define LIVE(id, name, sentence) \
    if ( !read_number(name, &s->id) ) \
        return false;
#include <xen/bootscrub-leaves.h>

    return read_gates(s);
}

bool unscrubbed_read(uint64_t *bytes)
{
    return read_number("unscrubbed-bytes", bytes);
}

void status_free(struct status *s)
{
    unsigned int i;

#define STRING(id, name, sentence) free(s->id);
#include <xen/bootscrub-leaves.h>

    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        free(s->gate[i]);
}
