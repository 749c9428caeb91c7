/* SPDX-License-Identifier: Apache-2.0 */
/* What -T json and -T ek write alike: the names of items, their values, the index. */
#ifndef SONDE_REPORT_JSON_ITEM_H
#define SONDE_REPORT_JSON_ITEM_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "packet/dissect_frame.h"
#include "wire/tree.h"

/* The name an item goes by; a line that is no field goes by its text. */
const char *json_item_name(const struct item *item);

/* True when an item has no value of its own, only what stands under it. */
bool json_is_container(const struct item *item);

/* Appends the value as a JSON string. */
void json_item_value(struct buf *out, const struct frame_dissector *f, const struct item *item);

/* Appends the name of an index by the day of a time (ns since 1970): packets-2014-12-09 */
void json_index_name(struct buf *out, nsec_t time);

#endif
