/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files under test keep between calls: see xen/init.h.
 */
#ifndef MOCK_STATE_H
#define MOCK_STATE_H

/* All of it is as at the start of the program. */
void mock_reset(void);

#endif /* MOCK_STATE_H */
