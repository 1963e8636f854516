/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Xen's hypervisor file system: prints leaves, waits for a value, and tries to
 * write one; what the leaves mean is for whoever reads the log.
 */

#include "dom0.h"
#include "hypercall.h"

#define PATH_SIZE 512

#define NS_PER_S  1000000000UL
#define POLL_NS   (NS_PER_S / 10)

/* One entry and its contents; the largest in use is the packed .config. */
static struct {
    struct hypfs_direntry e;
    char contents[65536];
    char end;
} buf;

static long read_entry(const char *path)
{
    long ret = hypercall5(HYPERCALL_hypfs_op, XEN_HYPFS_OP_read, addr(path),
                          strlen(path) + 1, addr(&buf),
                          offsetof(typeof(buf), end));

    if ( ret )
        printf("dom0: hypfs %s error %ld%s\n", path, ret,
               ret == -XEN_ENOSYS ? ", hypfs absent" : "");
    else
        buf.contents[buf.e.content_len] = '\0';

    return ret;
}

/* Booleans print as 0 and 1, as the xenhypfs tool does it. */
static bool is_integer(void)
{
    return (buf.e.type == XEN_HYPFS_TYPE_UINT ||
            buf.e.type == XEN_HYPFS_TYPE_BOOL) &&
           buf.e.content_len && buf.e.content_len <= sizeof(uint64_t);
}

static uint64_t integer(void)
{
    uint64_t value = 0;

    memcpy(&value, buf.contents, buf.e.content_len);

    return value;
}

static void print_leaf(const char *path)
{
    printf("dom0: hypfs %s = ", path);
    if ( buf.e.encoding != XEN_HYPFS_ENC_PLAIN )
        printf("(%u bytes packed)\n", buf.e.content_len);
    else if ( buf.e.type == XEN_HYPFS_TYPE_STRING )
        printf("%s\n", buf.contents);
    else if ( !is_integer() )
        printf("(%u bytes)\n", buf.e.content_len);
    else
        printf("%lu\n", integer());
}

/* Appends the name of the path's entry number n, false if there is none. */
static bool append_entry(char *path, unsigned int n)
{
    const struct hypfs_dirlistentry *entry = (const void *)buf.contents;
    size_t len = strlen(path), name;

    if ( !buf.e.content_len )
        return false;

    while ( n-- )
    {
        if ( !entry->off_next )
            return false;
        entry = (const void *)entry + entry->off_next;
    }

    name = strlen(entry->name);
    if ( len + 1 + name + 1 > PATH_SIZE )
    {
        printf("dom0: hypfs %s/%s is too long\n", path, entry->name);
        return false;
    }
    path[len++] = '/';
    memcpy(path + len, entry->name, name + 1);

    return true;
}

/* buf serves all levels, so a directory is read again for each entry. */
static bool walk(char *path)
{
    size_t len = strlen(path);
    unsigned int n;
    bool good = true;

    for ( n = 0; ; n++ )
    {
        path[len] = '\0';
        if ( read_entry(len ? path : "/") )
            return false;
        if ( buf.e.type != XEN_HYPFS_TYPE_DIR )
        {
            print_leaf(path);
            return true;
        }
        if ( !append_entry(path, n) )
            return good;
        good &= walk(path);
    }
}

bool cmd_hypfs(char *arg)
{
    static char path[PATH_SIZE];
    size_t len = strlen(arg);

    /* The root is the empty path here, so that entries append alike. */
    if ( len && arg[len - 1] == '/' )
        len--;
    if ( len >= sizeof(path) )
    {
        printf("dom0: hypfs path is too long\n");
        return false;
    }
    memcpy(path, arg, len);
    path[len] = '\0';

    return walk(path);
}

static bool leaf_is(const char *value)
{
    uint64_t number;

    if ( buf.e.type == XEN_HYPFS_TYPE_STRING )
        return !strcmp(buf.contents, value);

    return is_integer() && parse_number(value, 10, &number) &&
           number == integer();
}

bool cmd_wait_leaf(char *arg)
{
    char *path = cut(&arg, ':');
    char *seconds = cut_last(arg, ':');
    uint64_t start = now(), next = start, limit;

    if ( !seconds || !parse_number(seconds, 10, &limit) || limit > UINT32_MAX )
    {
        printf("dom0: wait-leaf wants PATH:VALUE:SECONDS\n");
        return false;
    }

    do {
        sleep_until(next);
        next += POLL_NS;
        if ( read_entry(path) )
            return false;
        if ( leaf_is(arg) )
        {
            printf("dom0: wait-leaf %s is %s after %lu ms\n", path, arg,
                   (now() - start) / 1000000);
            return true;
        }
    } while ( now() < start + limit * NS_PER_S );

    printf("dom0: wait-leaf %s is not %s after %lu s\n", path, arg, limit);
    print_leaf(path);

    return false;
}

bool cmd_hypfs_write(char *arg)
{
    const char *path = cut(&arg, ':');
    long ret = hypercall5(HYPERCALL_hypfs_op, XEN_HYPFS_OP_write, addr(path),
                          strlen(path) + 1, addr(arg), strlen(arg) + 1);

    printf("dom0: hypfs-write %s error %ld\n", path, ret);

    return !ret;
}
