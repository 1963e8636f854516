/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HISTORIES_H
#define HISTORIES_H

#include "search.h"

/* Replay them all, in the worlds that @find has, and @check each by name. */
void check_histories(const struct world *(*find)(const char *name),
                     void (*check)(bool ok, const char *name));

/* What the last of @events, one a line, breaks in @w. */
enum broken what_breaks(const struct world *w, const char *events);

#endif /* HISTORIES_H */
