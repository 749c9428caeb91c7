// SPDX-License-Identifier: Apache-2.0
// What -T json and -T ek write alike: names, values, the index. See the header.
#include "report/json_item.h"

#include <time.h>

#include "base/json_text.h"
#include "packet/value_text.h"
#include "proto/registry.h"

#define NSEC_IN_SEC 1000000000

const char *json_item_name(const struct item *item)
{
	const struct field *field = field_get(item->id);

	return field->name[0] ? field->name : item->text ? item->text : field->label;
}

bool json_is_container(const struct item *item)
{
	const struct field *field = field_get(item->id);

	return field->type == FIELD_PROTOCOL || !field->name[0] || field->type == FIELD_NONE;
}

/* Values but strings are written in plain text: they need no look at each byte. */
void json_item_value(struct buf *out, const struct frame_dissector *f, const struct item *item)
{
	struct buf value = {0};

	if (field_get(item->id)->type != FIELD_STRING) {
		buf_putc(out, '"');
		value_text(out, &f->d, item, VALUE_JSON);
		buf_putc(out, '"');
		return;
	}
	value_text(&value, &f->d, item, VALUE_JSON);
	json_string(out, buf_text(&value), value.len);
	buf_done(&value);
}

void json_index_name(struct buf *out, nsec_t time)
{
	time_t t = (time_t)(time / NSEC_IN_SEC);
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	buf_printf(out, "packets-%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}
