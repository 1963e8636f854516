/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of hypfs as report.c takes: leaves that read what their content
 * points to.  mock/told.c defines the functions.
 */
#ifndef MOCK_XEN_HYPFS_H
#define MOCK_XEN_HYPFS_H

#include "xen.h"

#define XEN_HYPFS_TYPE_STRING 2
#define XEN_HYPFS_TYPE_UINT   3
#define XEN_HYPFS_ENC_PLAIN   0

#define XEN_GUEST_HANDLE_PARAM(type) type *

struct hypfs_entry;
struct hypfs_entry_dir;
struct hypfs_entry_leaf;

struct hypfs_funcs {
    const struct hypfs_entry *(*enter)(const struct hypfs_entry *entry);
    void (*exit)(const struct hypfs_entry *entry);
    int (*read)(const struct hypfs_entry *entry, void *uaddr);
    int (*write)(struct hypfs_entry_leaf *leaf, const void *uaddr,
                 unsigned int len);
    unsigned int (*getsize)(const struct hypfs_entry *entry);
    struct hypfs_entry *(*findentry)(const struct hypfs_entry_dir *dir,
                                     const char *name, unsigned int len);
};

struct hypfs_entry {
    unsigned short type, encoding;
    unsigned int size, max_size;
    const char *name;
    const struct hypfs_funcs *funcs;
};

struct hypfs_entry_leaf {
    struct hypfs_entry e;
    union {
        const void *content;
    } u;
};

struct hypfs_entry_dir {
    struct hypfs_entry e;
    const struct hypfs_entry_dir *parent;
};

extern struct hypfs_entry_dir hypfs_root;
extern const struct hypfs_funcs hypfs_dir_funcs, hypfs_leaf_ro_funcs;

#define HYPFS_DIR_INIT(var, called) \
    struct hypfs_entry_dir __read_mostly var = { \
        .e.name = (called), .e.funcs = &hypfs_dir_funcs, \
    }

#define HYPFS_STRING_INIT(var, called) \
    struct hypfs_entry_leaf __read_mostly var = { \
        .e.type = XEN_HYPFS_TYPE_STRING, .e.name = (called), \
        .e.funcs = &hypfs_leaf_ro_funcs, \
    }

#define HYPFS_FIXEDSIZE_INIT(var, typ, called, contvar, fn, wr) \
    struct hypfs_entry_leaf __read_mostly var = { \
        .e.type = (typ), .e.size = sizeof(contvar), .e.name = (called), \
        .e.max_size = (wr) ? sizeof(contvar) : 0, .e.funcs = (fn), \
        .u.content = &(contvar), \
    }

#define HYPFS_UINT_INIT(var, called, contvar) \
    HYPFS_FIXEDSIZE_INIT(var, XEN_HYPFS_TYPE_UINT, called, contvar, \
                         &hypfs_leaf_ro_funcs, 0)

static inline void hypfs_string_set_reference(struct hypfs_entry_leaf *leaf,
                                              const char *str)
{
    leaf->u.content = str;
    leaf->e.size = strlen(str) + 1;
}

int hypfs_add_dir(struct hypfs_entry_dir *parent, struct hypfs_entry_dir *dir,
                  bool nofault);
int hypfs_add_leaf(struct hypfs_entry_dir *parent,
                   struct hypfs_entry_leaf *leaf, bool nofault);
int hypfs_read_leaf(const struct hypfs_entry *entry, void *uaddr);
const struct hypfs_entry *hypfs_node_enter(const struct hypfs_entry *entry);
void hypfs_node_exit(const struct hypfs_entry *entry);
int hypfs_write_deny(struct hypfs_entry_leaf *leaf, const void *uaddr,
                     unsigned int len);
unsigned int hypfs_getsize(const struct hypfs_entry *entry);
struct hypfs_entry *hypfs_leaf_findentry(const struct hypfs_entry_dir *dir,
                                         const char *name, unsigned int len);

#endif /* MOCK_XEN_HYPFS_H */
