/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLASSES_H
#define CLASSES_H

#include "model.h"

/* Search each class of machines; @check is told what came of each. */
void check_classes(void (*check)(bool ok, const char *name));

#endif /* CLASSES_H */
