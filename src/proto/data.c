// SPDX-License-Identifier: Apache-2.0
// Bytes that no dissector knows.
#include "proto/data.h"

#include <assert.h>

#include "proto/dissect.h"

enum data_field { DATA_PROTOCOL, DATA_DATA, DATA_LEN, DATA_FIELDS };

static const struct field fields[] = {
	[DATA_PROTOCOL] = {"data", "Data", FIELD_PROTOCOL},
	[DATA_DATA] = {"data.data", "Data", FIELD_BYTES},
	[DATA_LEN] = {"data.len", "Length", FIELD_INT, BASE_DEC, 4},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == DATA_FIELDS, "every data_field has a row");

#define F(name) FIELD_ID(PROTOCOL_DATA, DATA_##name)

static void dissect_data_bytes(struct dissect *d, struct cursor *c)
{
	uint32_t len = cursor_held(c);

	say_heading(d, "Data (%u byte%s)", len, len == 1 ? "" : "s");
	say_bytes(d, c, F(DATA), len);
	item_flag(tree_int(d->tree, F(LEN), 0, 0, len), ITEM_GENERATED);
	cursor_skip(c, cursor_left(c));
}

const struct dissector data_dissector = {fields, DATA_FIELDS, dissect_data_bytes};
