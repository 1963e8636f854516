/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Xen tells: printk() and hypfs, kept to be compared as a whole.
 */
#ifndef MOCK_TOLD_H
#define MOCK_TOLD_H

/* All that was printed, log levels included, since mock_told_reset(). */
extern char mock_log[];

/*
 * What hypfs holds: "PATH=VALUE\n" for each leaf, read through its function,
 * in the order in which leaves were added.  Valid until the next call.
 */
const char *mock_hypfs(void);

/* Nothing told, and hypfs empty. */
void mock_told_reset(void);

#endif /* MOCK_TOLD_H */
