/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Xen tells: see told.h.
 */

#include "told.h"

#include <xen/hypfs.h>
#include <xen/lib.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LEAVES 64

char mock_log[8192];

struct hypfs_entry_dir hypfs_root;
const struct hypfs_funcs hypfs_dir_funcs;
const struct hypfs_funcs hypfs_leaf_ro_funcs = { .read = hypfs_read_leaf };

static struct {
    const struct hypfs_entry_dir *dir;
    const struct hypfs_entry_leaf *leaf;
} leaves[MAX_LEAVES];
static unsigned int nr_leaves;

void mock_told_reset(void)
{
    mock_log[0] = '\0';
    nr_leaves = 0;
}

void printk(const char *fmt, ...)
{
    size_t len = strlen(mock_log);
    va_list args;

    va_start(args, fmt);
    if ( vsnprintf(mock_log + len, sizeof(mock_log) - len, fmt, args) >=
         (int)(sizeof(mock_log) - len) )
        abort();
    va_end(args);
}

/* Unlike snprintf(), returns what was written. */
int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;
    int len;

    va_start(args, fmt);
    len = vsnprintf(buf, size, fmt, args);
    va_end(args);

    return len < (int)size ? len : (int)size - 1;
}

int hypfs_add_dir(struct hypfs_entry_dir *parent, struct hypfs_entry_dir *dir,
                  bool nofault)
{
    if ( !nofault )
        abort();

    dir->parent = parent;

    return 0;
}

int hypfs_add_leaf(struct hypfs_entry_dir *parent,
                   struct hypfs_entry_leaf *leaf, bool nofault)
{
    if ( nr_leaves == MAX_LEAVES || !nofault )
        abort();

    leaves[nr_leaves].dir = parent;
    leaves[nr_leaves++].leaf = leaf;

    return 0;
}

/* As Xen's: @size bytes from the content. */
int hypfs_read_leaf(const struct hypfs_entry *entry, void *uaddr)
{
    const struct hypfs_entry_leaf *l =
        (const struct hypfs_entry_leaf *)(const void *)entry;

    memcpy(uaddr, l->u.content, entry->size);

    return 0;
}

const struct hypfs_entry *hypfs_node_enter(const struct hypfs_entry *entry)
{
    return entry;
}

void hypfs_node_exit(const struct hypfs_entry *entry)
{
    (void)entry;
}

int hypfs_write_deny(struct hypfs_entry_leaf *leaf, const void *uaddr,
                     unsigned int len)
{
    return leaf && uaddr && len ? -1 : 0;
}

unsigned int hypfs_getsize(const struct hypfs_entry *entry)
{
    return entry->size;
}

struct hypfs_entry *hypfs_leaf_findentry(const struct hypfs_entry_dir *dir,
                                         const char *name, unsigned int len)
{
    return dir && name && len ? NULL : NULL;
}

/* "/bootscrub/gates" and the like. */
static int print_path(char *text, size_t size,
                      const struct hypfs_entry_dir *dir)
{
    int len = 0;

    if ( dir == &hypfs_root )
        return 0;

    if ( !dir->parent )
        abort();

    len = print_path(text, size, dir->parent);

    return len + snprintf(text + len, size - len, "/%s", dir->e.name);
}

const char *mock_hypfs(void)
{
    static char text[4096];
    size_t len = 0;
    unsigned int i;

    text[0] = '\0';
    for ( i = 0; i < nr_leaves; i++ )
    {
        const struct hypfs_entry *e = &leaves[i].leaf->e;
        union {
            char str[256];
            uint32_t u32;
            uint64_t u64;
        } value = {};

        if ( e->size > sizeof(value) || e->funcs->read(e, &value) )
            abort();

        len += print_path(text + len, sizeof(text) - len, leaves[i].dir);
        len += snprintf(text + len, sizeof(text) - len, "/%s=", e->name);

        if ( e->type == XEN_HYPFS_TYPE_STRING )
            len += snprintf(text + len, sizeof(text) - len, "%s\n",
                            value.str);
        else
            len += snprintf(text + len, sizeof(text) - len, "%" PRIu64 "\n",
                            e->size == 4 ? value.u32 : value.u64);

        if ( len >= sizeof(text) )
            abort();
    }

    return text;
}
